// Models under a budget: which one goes, and that none goes while somebody uses it.

import { expect, test } from "vitest";
import type { Model } from "../../../src/model/model.ts";
import { createModelShelf } from "../../../src/registry/cache/model-shelf.ts";

function createShelf(budgetBytes: number) {
  const disposed: string[] = [];
  const clock = { ms: 0 };
  const shelf = createModelShelf({ budgetBytes, now: () => clock.ms });
  const model = (digest: string) => ({ digest, dispose: () => void disposed.push(digest) }) as Model;
  /** Puts a model there that nobody holds. */
  const put = (digest: string, bytes: number) => shelf.add(model(digest), bytes).release();
  return { shelf, disposed, clock, model, put };
}

test("the least recently used models go until the budget holds", () => {
  const { shelf, disposed, put } = createShelf(100);
  for (const digest of ["a", "b", "c"]) put(digest, 30);
  shelf.take("a")?.release();
  put("d", 60);
  expect(disposed).toEqual(["b", "c"]);
  expect(["a", "b", "c", "d"].map((digest) => shelf.has(digest))).toEqual([true, false, false, true]);
});

test("a budget that is met exactly disposes of nothing", () => {
  const { disposed, put } = createShelf(100);
  for (const digest of ["a", "b"]) put(digest, 50);
  expect(disposed).toEqual([]);
});

test("a model that somebody holds stays, however old, and goes when it is given back", () => {
  const { shelf, disposed, put } = createShelf(100);
  put("a", 60);
  const lease = shelf.take("a");
  put("b", 60);
  expect(disposed).toEqual(["b"]);
  put("c", 30);
  put("d", 30);
  expect(disposed).toEqual(["b", "c"]);
  lease?.release();
  expect(disposed).toEqual(["b", "c"]);
  put("e", 30);
  expect(disposed).toEqual(["b", "c", "a"]);
});

test("two holders keep a model until both have given it back, each of them once", () => {
  const { shelf, disposed, put } = createShelf(50);
  put("a", 40);
  const [left, right] = [shelf.take("a"), shelf.take("a")];
  const other = shelf.add({ digest: "b", dispose: () => void disposed.push("b") } as Model, 40);
  left?.release();
  left?.release();
  expect(disposed).toEqual([]);
  right?.release();
  expect(disposed).toEqual(["a"]);
  other.release();
  expect(disposed).toEqual(["a"]);
});

test("a model that is there already is disposed of when it comes a second time, and the first one stays", () => {
  const { shelf, disposed, model } = createShelf(100);
  const first = model("a");
  shelf.add(first, 10).release();
  const second = { ...first, dispose: () => void disposed.push("second") };
  expect(shelf.add(second, 10).model).toBe(first);
  expect(disposed).toEqual(["second"]);
});

test("a holder that has been silent for a quarter of an hour does not keep a model", () => {
  const { shelf, disposed, clock, put } = createShelf(50);
  put("a", 40);
  shelf.take("a");
  clock.ms = 15 * 60_000;
  put("b", 40);
  expect(disposed).toEqual(["b"]);
  clock.ms += 1;
  put("b", 40);
  expect(disposed).toEqual(["b", "a"]);
});
