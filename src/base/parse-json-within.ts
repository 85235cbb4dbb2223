// JSON from outside: how deep it is and how many values it has are counted over its bytes before a parser allocates for
// them. Eight megabytes of brackets would otherwise take the stack, and of "0," a hundred times their size.

import { fromUtf8 } from "./bytes.ts";
import { fail, ok, type Failure, type Result } from "./result.ts";

/** `values` counts numbers, strings, literals, arrays, objects and their keys; empty arrays and objects count twice. */
export type JsonLimits = { depth: number; values: number };

export type JsonReason = "invalid_json" | "json_too_deep" | "json_too_many_values";

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

export function parseJsonWithin(
  bytes: Uint8Array,
  { depth, values }: JsonLimits,
): Result<unknown, Failure<JsonReason>> {
  const measured = measureJson(bytes, depth);
  if (measured.depth > depth) return fail("json_too_deep", `the JSON is nested deeper than ${depth} levels`);
  if (measured.values > values) return fail("json_too_many_values", `the JSON has more than ${values} values`);
  const text = fromUtf8(bytes);
  try {
    if (text !== undefined) return ok(JSON.parse(text) as unknown);
  } catch {
    // Its message quotes the text.
  }
  return fail("invalid_json", "the body is not JSON in UTF-8");
}

/** Exact for JSON, and an upper bound for what a parser builds of anything else before it gives up. */
function measureJson(bytes: Uint8Array, maxDepth: number): JsonLimits {
  let [depth, deepest, values] = [0, 0, 1];
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = findStringEnd(bytes, at);
        break;
      case COMMA:
      case COLON:
        values++;
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        values++;
        deepest = Math.max(deepest, ++depth);
        if (deepest > maxDepth) return { depth: deepest, values };
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth--;
        break;
    }
  }
  return { depth: deepest, values };
}

/** The position of the closing quote, or the end: long strings are images in base64, and searched natively. */
function findStringEnd(bytes: Uint8Array, begin: number): number {
  for (let at = begin; ;) {
    at = bytes.indexOf(QUOTE, at + 1);
    if (at < 0) return bytes.length;
    let backslashes = 0;
    while (bytes[at - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}
