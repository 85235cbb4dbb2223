import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { answered, CLASSIFICATION, fakeService } from "./fake-service.ts";

const image = new Uint8Array(3);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Settles after `ms` of the faked clock, and leaves no timer behind. */
async function after<T>(ms: number, call: Promise<T>): Promise<T> {
  const settled = call.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(ms);
  await settled;
  expect(vi.getTimerCount()).toBe(0);
  return call;
}

describe("a service that does not answer", () => {
  test("costs the time of one attempt, and is asked again", async () => {
    const { client, requests } = fakeService(["never", answered()], { attemptTimeoutMs: 1000 });
    expect(await after(1000, client.classify("mnist", image))).toEqual(CLASSIFICATION);
    expect(requests).toHaveLength(2);
  });

  test("ends the call after its attempts, or after the call's own time, with timeout", async () => {
    const attempts = fakeService(["never", "never", "never"], { attemptTimeoutMs: 1000 });
    await expect(after(3000, attempts.client.classify("mnist", image))).rejects.toMatchObject({
      code: "timeout",
      message: "no answer within 1000 ms",
    });
    const call = fakeService(["never"]);
    await expect(after(700, call.client.classify("mnist", image, { timeoutMs: 700 }))).rejects.toMatchObject({
      code: "timeout",
      message: "no answer within 700 ms",
      status: undefined,
    });
    expect(call.requests).toHaveLength(1);
  });

  test("is told that nobody waits any more", async () => {
    let told: AbortSignal | null | undefined;
    const fetch = (_: unknown, init?: RequestInit) => {
      told = init?.signal;
      return new Promise<Response>(() => undefined);
    };
    const client = createClient({ baseUrl: "", fetch, maxAttempts: 1 });
    await expect(after(5, client.classify("mnist", image, { timeoutMs: 5 }))).rejects.toMatchObject({
      code: "timeout",
    });
    expect(told?.aborted).toBe(true);
  });
});

describe("the caller's signal", () => {
  test("ends the call at once with its reason, during an attempt", async () => {
    const controller = new AbortController();
    const { client, requests } = fakeService(["never"]);
    const call = client.classify("mnist", image, { signal: controller.signal });
    const reason = new Error("the screen was left");
    controller.abort(reason);
    await expect(after(0, call)).rejects.toBe(reason);
    expect(requests.length).toBeLessThanOrEqual(1);
  });

  test("ends the wait between attempts, and no other attempt follows", async () => {
    const controller = new AbortController();
    let attempts = 0;
    const fetch = async () => {
      attempts++;
      throw new TypeError("fetch failed");
    };
    const client = createClient({ baseUrl: "", fetch }, { random: () => 1 });
    const call = client.classify("mnist", image, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    controller.abort();
    await expect(after(10_000, call)).rejects.toMatchObject({ name: "AbortError" });
    expect(attempts).toBe(1);
  });

  test("already aborted, lets nothing be sent", async () => {
    const { client, requests } = fakeService([]);
    await expect(client.listModels({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toHaveLength(0);
  });

  test("is let go of when the call ends", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const { client } = fakeService([answered()]);
    await client.listModels({ signal });
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });
});
