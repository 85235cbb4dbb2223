// The rows of CSV and JSON lines, and the line at which a manifest goes wrong.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsvRows, parseJsonRows } from "../../../../train/data/files/manifest-rows.ts";

const SEED = 20_051_001;
const csv = (text: string) => parseCsvRows(text, "x.csv");
const json = (text: string) => parseJsonRows(text, "x.jsonl");
const refusal = (detail: string) => ({ ok: false, error: { reason: "manifest_invalid", detail } });

describe("CSV", () => {
  test("one label, with split, group and columns that mean nothing here", () => {
    const text = '\uFEFFage,path,label,split,group\r\n7,a.png,sick,train,P1\r\n\r\n8,"b,\n1.png",well,test,\r\n';
    expect(csv(text)).toEqual({
      ok: true,
      value: {
        hasManyLabels: false,
        rows: [
          { line: 2, path: "a.png", labels: ["sick"], split: "train", group: "P1" },
          { line: 5, path: "b,\n1.png", labels: ["well"], split: "test", group: "" },
        ],
      },
    });
  });

  test("several labels, one, or none", () => {
    expect(csv("path,labels\na.png,x|y\nb.png,x\nc.png,\n")).toMatchObject({
      value: { hasManyLabels: true, rows: [{ labels: ["x", "y"] }, { labels: ["x"] }, { labels: [] }] },
    });
  });

  test.each([
    ["", "x.csv: line 1: no column called path"],
    ["path;label\na.png;x\n", "x.csv: line 1: no column called path"],
    ["path\na.png\n", "x.csv: line 1: there must be either a column called label or one called labels"],
    ["path,label,labels\n", "x.csv: line 1: there must be either a column called label or one called labels"],
    ["path,label,path\n", "x.csv: line 1: two columns called path"],
    ["path,label\na.png,x\nb.png\n", "x.csv: line 3: not CSV: csv record inconsistent fields length"],
    ['path,label\na.png,"x\n', "x.csv: line 2: not CSV: csv quote not closed"],
    ['path,label\na.png,"x"y\n', "x.csv: line 2: not CSV: csv invalid closing quote"],
    [`path,label\na.png,${"x".repeat(70_000)}\n`, "x.csv: line 2: not CSV: csv max record size"],
  ])("refuses %j", (text, detail) => {
    expect(csv(text)).toEqual(refusal(detail));
  });

  test("columns called like parts of JavaScript are columns", () => {
    expect(csv("__proto__,path,label,constructor\n1,a.png,x,2\n")).toMatchObject({
      value: { rows: [{ path: "a.png", labels: ["x"] }] },
    });
  });
});

describe("JSON lines", () => {
  test("labels as text, number, list or joined text", () => {
    expect(json('{"path":"a.png","label":3,"split":"val","group":12}\n\n{"path":"b.png","label":"x","age":4}')).toEqual(
      {
        ok: true,
        value: {
          hasManyLabels: false,
          rows: [
            { line: 1, path: "a.png", labels: ["3"], split: "val", group: "12" },
            { line: 3, path: "b.png", labels: ["x"], split: "", group: "" },
          ],
        },
      },
    );
    expect(json('{"path":"a.png","labels":["x","y"]}\n{"path":"b.png","labels":"x|y"}\n')).toMatchObject({
      value: { hasManyLabels: true, rows: [{ labels: ["x", "y"] }, { labels: ["x", "y"] }] },
    });
  });

  test.each([
    ["{", "x.jsonl: line 1: not an object with path, label or labels, and on request split and group"],
    ["[]", "x.jsonl: line 1: not an object with path, label or labels, and on request split and group"],
    [
      '{"path":"a","label":1.5}',
      "x.jsonl: line 1: not an object with path, label or labels, and on request split and group",
    ],
    ['{"path":"a","label":"x"}\n{"path":"b"}', "x.jsonl: line 2: there must be either label or labels"],
    ['{"path":"a","label":"x","labels":"y"}', "x.jsonl: line 1: there must be either label or labels"],
    ['{"path":"a","label":"x"}\n{"path":"b","labels":"y"}', "x.jsonl: line 2: label in some rows and labels in others"],
  ])("refuses %j", (text, detail) => {
    expect(json(text)).toEqual(refusal(detail));
  });
});

test(`any text gives rows or a known reason (seed ${SEED})`, () => {
  const piece = fc.constantFrom(
    "path",
    "label",
    "labels",
    ",",
    "\n",
    '"',
    "|",
    "{",
    "}",
    ":",
    "a.png",
    "\r",
    "\0",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      for (const parsed of [csv(text), csv(`path,label\n${text}`), json(text)]) {
        if (!parsed.ok) expect(parsed.error.reason).toBe("manifest_invalid");
        else for (const row of parsed.value.rows) expect(row.path).toBeTypeOf("string");
      }
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
