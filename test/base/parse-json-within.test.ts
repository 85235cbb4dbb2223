// JSON is measured before it is parsed: brackets in strings do not count, everything else does.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/base/bytes.ts";
import { parseJsonWithin } from "../../src/base/parse-json-within.ts";

const parse = (text: string, depth = 3, values = 10) => parseJsonWithin(toUtf8(text), { depth, values });
const reasonOf = (text: string, depth?: number, values?: number) => {
  const parsed = parse(text, depth, values);
  return parsed.ok ? "ok" : parsed.error.reason;
};

describe("depth", () => {
  test("is accepted up to the limit, and refused beyond it", () => {
    expect(parse('{"a":[[1]]}')).toEqual({ ok: true, value: { a: [[1]] } });
    expect(reasonOf('{"a":[[[1]]]}')).toBe("json_too_deep");
    expect(reasonOf("[".repeat(8_000_000))).toBe("json_too_deep");
  });

  test("is not made by brackets in strings, escaped quotes or escaped backslashes", () => {
    const tricky = String.raw`["[[[[", "\"[[[[", "\\", "\\\"[[[["]`;
    expect(parse(tricky)).toEqual({ ok: true, value: JSON.parse(tricky) });
  });

  test("is not made by what stands side by side", () => {
    expect(reasonOf("[[],[],[]]", 2)).toBe("ok");
  });
});

describe("values", () => {
  test("are accepted up to the limit, and refused beyond it: an array and what stands in it", () => {
    expect(reasonOf("[1,2,3]", 3, 4)).toBe("ok");
    expect(reasonOf("[1,2,3]", 3, 3)).toBe("json_too_many_values");
    expect(reasonOf(`[${"0,".repeat(4_000_000)}0]`, 3, 1_000_000)).toBe("json_too_many_values");
  });

  test("include keys, and are not made by commas in strings", () => {
    expect(reasonOf('{"a":1}', 3, 3)).toBe("ok");
    expect(reasonOf('{"a":1,"b":2}', 3, 4)).toBe("json_too_many_values");
    expect(reasonOf('[",,,,,,,,,,,,::::"]', 3, 2)).toBe("ok");
  });
});

describe("what is not JSON", () => {
  test.for(["", "{", "[1,]", '"open', "[1]]", "]", "nul", "{'a':1}", "\u{feff}[]"])("%j is refused", (text) => {
    expect(reasonOf(text)).toBe("invalid_json");
  });

  test("bytes that are not UTF-8 are refused", () => {
    const parsed = parseJsonWithin(Uint8Array.of(0x22, 0xff, 0x22), { depth: 1, values: 1 });
    expect(parsed).toEqual({ ok: false, error: { reason: "invalid_json", detail: "the body is not JSON in UTF-8" } });
  });
});

test("whatever is JSON and within generous limits is what JSON.parse makes of it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parse(text, 1000, 100_000)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
});
