// Every code that a client may meet is in the README's table.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROBLEM_CODES } from "../../src/http/problem.ts";

test("the README has every code of the error table", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  expect(PROBLEM_CODES.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
