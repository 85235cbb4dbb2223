import { describe, expect, test } from "vitest";
import { answered, CLASSIFICATION, fakeService, problem } from "./fake-service.ts";

const image = new Uint8Array(3);
const unreachable = () => new TypeError("fetch failed");

describe("a call that may succeed later", () => {
  test.for<[what: string, answer: () => Response | Error]>([
    ["no answer", unreachable],
    ["429", () => problem(429, "rate_limited")],
    ["503", () => problem(503, "storage_unavailable")],
    ["a proxy's 502", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["a proxy's 504", () => new Response(null, { status: 504 })],
  ])("is tried again after %s", async ([, answer]) => {
    const { client, requests } = fakeService([answer(), answer(), answered()]);
    expect(await client.classify("mnist", image)).toEqual(CLASSIFICATION);
    expect(requests).toHaveLength(3);
    expect(requests[2].body).toBe(image);
  });

  test.for([400, 401, 403, 404, 405, 413, 415, 422, 500, 501])("is not tried again after %i", async (status) => {
    const { client, requests } = fakeService([problem(status, "a_code"), answered()]);
    await expect(client.classify("mnist", image)).rejects.toMatchObject({ code: "a_code", status });
    expect(requests).toHaveLength(1);
  });

  test("is tried three times, or as often as the client or the call says, and fails with the last answer", async () => {
    const storage = () => problem(503, "storage_unavailable");
    for (const [options, call, attempts] of [
      [{}, {}, 3],
      [{ maxAttempts: 4 }, {}, 4],
      [{ maxAttempts: 4 }, { maxAttempts: 1 }, 1],
    ]) {
      const { client, requests } = fakeService(
        [unreachable(), ...Array.from({ length: 4 }, storage)].slice(attempts === 1 ? 1 : 0),
        options as object,
      );
      await expect(client.classify("mnist", image, call as object)).rejects.toMatchObject({ status: 503 });
      expect(requests).toHaveLength(attempts as number);
    }
  });

  test("is asked for health once", async () => {
    const { client, requests } = fakeService([problem(503, "not_ready"), answered()]);
    await expect(client.checkHealth()).rejects.toMatchObject({ code: "not_ready" });
    expect(requests).toHaveLength(1);
  });

  test("takes a new token for every attempt", async () => {
    let tokens = 0;
    const apiKey = async () => `token-${++tokens}`;
    const { client, requests } = fakeService([unreachable(), answered()], { apiKey });
    await client.classify("mnist", image);
    expect(requests.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("is not tried again when the token cannot be had, and fails with that error", async () => {
    const signedOut = new Error("signed out");
    const apiKey = () => Promise.reject(signedOut);
    const { client, requests } = fakeService([], { apiKey });
    await expect(client.classify("mnist", image)).rejects.toBe(signedOut);
    expect(requests).toHaveLength(0);
  });
});

describe("the wait before the next attempt", () => {
  const busy = (retryAfter: string) => problem(429, "rate_limited", { "retry-after": retryAfter });

  test("is chosen between nothing and a limit that doubles from half a second up to eight", async () => {
    const answers = () => [...Array.from({ length: 7 }, unreachable), answered()];
    const options = { maxAttempts: 8 };
    const most = fakeService(answers(), options, 1);
    await most.client.classify("mnist", image);
    expect(most.waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const least = fakeService(answers(), options, 0);
    await least.client.classify("mnist", image);
    expect(least.waits).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("is at least what Retry-After says, in seconds or as a date", async () => {
    const { client, waits } = fakeService([busy("5"), busy("Sun, 22 Nov 2026 10:00:15 GMT"), answered()]);
    await client.classify("mnist", image);
    // 250 ms of 500 were added to the five seconds; the date is ten seconds after 10:00:05, and 500 ms of 1,000 are added.
    expect(waits).toEqual([5250, 9750 + 500]);
  });

  test("is not begun when it would outlast the call, and the error says how long to stay away", async () => {
    const { client, waits, requests } = fakeService([busy("90"), answered()]);
    await expect(client.classify("mnist", image)).rejects.toMatchObject({ status: 429, retryAfterMs: 90_000 });
    expect([waits, requests.length]).toEqual([[], 1]);
    const hurried = fakeService([busy("2"), answered()]);
    await expect(hurried.client.classify("mnist", image, { timeoutMs: 2000 })).rejects.toMatchObject({ status: 429 });
  });
});
