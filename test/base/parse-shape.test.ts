import * as z from "zod/mini";
import { expect, test } from "vitest";
import { parseShape } from "../../src/base/parse-shape.ts";

const schema = z.object({ names: z.array(z.string().check(z.maxLength(3))).check(z.minLength(1)) });

test("gives what fits", () => {
  expect(parseShape(schema, { names: ["a"] })).toEqual({ ok: true, value: { names: ["a"] } });
});

test("says where what does not fit stands", () => {
  expect(parseShape(schema, { names: ["a", "long"] })).toMatchObject({ ok: false, error: { path: "names.1" } });
  expect(parseShape(schema, null)).toMatchObject({ ok: false, error: { path: "" } });
});

test.each([
  { names: { length: { toString: "" } } },
  { names: [{ length: [{ toString: 1, valueOf: 2 }] }] },
  JSON.parse('{"names":{"length":{"__proto__":{"toString":null},"valueOf":0}}}'),
])("what has a length that is no number does not fit: %j", (value) => {
  expect(parseShape(schema, value)).toMatchObject({ ok: false });
});
