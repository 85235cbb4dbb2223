// Forms, well made and not: whatever the bytes, the outcome is as many files as are accepted or a known reason.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { isForm, readForm } from "../../../src/http/request/read-form.ts";

const TYPE = "multipart/form-data; boundary=xyz";

const part = (content: string, name = 'name="a"; filename="b"') =>
  `--xyz\r\nContent-Disposition: form-data; ${name}\r\n\r\n${content}\r\n`;

const read = (text: string, contentType = TYPE, maxFiles = 3) => readForm(toUtf8(text), contentType, maxFiles);

const reasonOf = async (...form: Parameters<typeof read>) => {
  const files = await read(...form);
  return files.ok ? "ok" : files.error.reason;
};

describe("a form", () => {
  test("gives its files in order, whatever is in them", async () => {
    const contents = ["one", "two\r\n--xy", ""];
    expect(await read(`${contents.map((content) => part(content)).join("")}--xyz--\r\n`)).toEqual({
      ok: true,
      value: contents.map(toUtf8),
    });
  });

  test("may quote its boundary", async () => {
    expect(await reasonOf(`${part("one")}--xyz--\r\n`, 'multipart/form-data; charset=utf-8; boundary="xyz"')).toBe(
      "ok",
    );
  });

  test("has as many files as are accepted, and not one more", async () => {
    expect(await reasonOf(`${part("").repeat(3)}--xyz--\r\n`)).toBe("ok");
    expect(await reasonOf(`${part("").repeat(4)}--xyz--\r\n`)).toBe("too_many_images");
  });

  test.for<[what: string, text: string, contentType: string]>([
    ["names no boundary", `${part("")}--xyz--\r\n`, "multipart/form-data"],
    ["has another boundary", `${part("")}--xyz--\r\n`, "multipart/form-data; boundary=abc"],
    ["has a field that is no file", `${part("")}${part("", 'name="a"')}--xyz--\r\n`, TYPE],
    ["has no part", "--xyz--\r\n", TYPE],
    ["is empty", "", TYPE],
    ["does not end", part("").slice(0, -2), TYPE],
  ])("that %s is none", async ([, text, contentType]) => {
    expect(await reasonOf(text, contentType)).toBe("invalid_multipart");
  });
});

test("only multipart/form-data is a form", () => {
  const types = ["multipart/form-data", "Multipart/Form-Data; boundary=x", "multipart/form-data ; boundary=x"];
  expect(types.map(isForm)).toEqual([true, true, true]);
  expect(["", "multipart/form-dataset", "multipart/mixed", "x-multipart/form-data"].some(isForm)).toBe(false);
});

test("mutated is read soundly or refused for a known reason", async () => {
  const valid = toUtf8(`${part("one")}${part("two")}--xyz--\r\n`);
  const telling = fc.constantFrom(...toUtf8('\r\n-xyz";:= '), 0, 255);
  const mutation = fc.record({
    at: fc.nat(valid.length - 1),
    removed: fc.nat({ max: 8 }),
    inserted: fc.array(fc.oneof(telling, fc.nat({ max: 255 })), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { maxLength: 4 }), async (mutations) => {
      let mutated = [...valid];
      for (const { at, removed, inserted } of mutations) mutated = mutated.toSpliced(at, removed, ...inserted);
      const files = await readForm(Uint8Array.from(mutated), TYPE, 3);
      if (files.ok) expect(files.value.length).toBeLessThanOrEqual(3);
      else expect(["invalid_multipart", "too_many_images"]).toContain(files.error.reason);
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});
