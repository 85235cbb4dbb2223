// A trace goes on if its header is well-formed, and begins anew if it is not.

import { describe, expect, test } from "vitest";
import { continueTrace } from "../../../src/http/log/traceparent.ts";

const randomHex = (bytes: number) => "5e".repeat(bytes);
const [TRACE, PARENT] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
const NEW = { traceId: "5e".repeat(16), traceparent: `00-${"5e".repeat(16)}-${"5e".repeat(8)}-00` };

describe("goes on, with a parent of our own and no flag but sampled", () => {
  test.for<[header: string, flags: string]>([
    [`00-${TRACE}-${PARENT}-01`, "01"],
    [`00-${TRACE}-${PARENT}-00`, "00"],
    [`00-${TRACE}-${PARENT}-ff`, "01"],
    [`00-${TRACE}-${PARENT}-02`, "00"],
    [`cc-${TRACE}-${PARENT}-01`, "01"],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-brings`, "01"],
  ])("%s", ([header, flags]) => {
    expect(continueTrace(header, randomHex)).toEqual({
      traceId: TRACE,
      traceparent: `00-${TRACE}-${"5e".repeat(8)}-${flags}`,
    });
  });
});

describe("begins anew", () => {
  test.for([
    undefined,
    "",
    "DOE-JOHN-19700101",
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01-`,
    `cc-${TRACE}-${PARENT}-01.more`,
    `00-${TRACE}-${PARENT}`,
    `00-${"0".repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-0g`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
  ])("%j", (header) => {
    expect(continueTrace(header, randomHex)).toEqual(NEW);
  });
});
