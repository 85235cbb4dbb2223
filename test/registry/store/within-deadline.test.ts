import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { withinDeadline } from "../../../src/registry/store/within-deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const late = {
  ok: false,
  error: { reason: "storage_unavailable", detail: "object storage did not answer in time" },
};

test("reads that do not end are given up at the deadline, and not before", async () => {
  const silent = withinDeadline({ ...createMemoryStore(), get: never, list: never }, 10_000);
  const outcomes: unknown[] = [];
  void silent.get("x", 1).then((outcome) => outcomes.push(outcome));
  void silent.list("x").then((outcome) => outcomes.push(outcome));
  await vi.advanceTimersByTimeAsync(9999);
  expect(outcomes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(outcomes).toEqual([late, late]);
});

test("reads that end in time are what they are, and leave no timer", async () => {
  const store = withinDeadline(createMemoryStore(), 10_000);
  await store.put("x", toUtf8("x"), { kind: "create" });
  expect(await store.get("x", 1)).toMatchObject({ value: { bytes: toUtf8("x") } });
  expect(await store.get("y", 1)).toMatchObject({ error: { reason: "not_found" } });
  expect(await store.list("x")).toMatchObject({ value: { more: false } });
  expect(vi.getTimerCount()).toBe(0);
});
