// The parts of an inspection's text and page that take names from outside.

import { expect, test } from "vitest";
import type { Pixels } from "../../../../src/image/pixels.ts";
import { drawText } from "../../../../train/inspect/reports/draw-text.ts";
import { toHtmlPage } from "../../../../train/inspect/reports/html-page.ts";
import type { OpenedData } from "../../../../train/inspect/open-data.ts";
import { printable } from "../../../../train/printable.ts";
import { toTextReport } from "../../../../train/inspect/reports/text-report.ts";

const gradient: Pixels = {
  width: 4,
  height: 2,
  channels: 1,
  data: Uint8Array.of(0, 60, 160, 255, 0, 60, 160, 255),
  maxValue: 255,
};
const data: OpenedData = {
  name: "<script>alert(1)</script>",
  task: "binary",
  classes: ["a"],
  sha256: "0".repeat(64),
  splits: [],
  ignoredFiles: 2,
};
const hostile = `"><img src=x onerror=alert(1)> & 'x' \u001b[2J\u202e`;
const findings = [{ title: "Damaged images", sentence: "1", rows: [[hostile]], more: 3 }];
const sheet = [
  { label: hostile, images: [{ name: hostile, pixels: gradient }] },
  { label: "none", images: [] },
];

test("draws from dark to light", () => {
  expect(drawText(gradient, 4, 1)).toEqual([" :*@"]);
});

test("names keep their letters and lose what would move a terminal's cursor", () => {
  expect(printable("Ärztin 医生\u001b[31m\r\n\u202e\u2028.png")).toBe(
    "Ärztin 医生\uFFFD[31m\uFFFD\uFFFD\uFFFD\uFFFD.png",
  );
});

test("the page is one file without script, and quotes every name", () => {
  const page = toHtmlPage(data, findings, sheet);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).toContain("&quot;&gt;&lt;img src=x onerror=alert(1)&gt; &amp; &#39;x&#39;");
  expect(page).not.toMatch(/<script|<img src=x|[^\P{C}\n]/u);
  expect([...page.matchAll(/(?:src|href)="([^"]{0,22})/g)].map(([, from]) => from)).toEqual(["data:image/png;base64,"]);
  expect(page).toContain("left out, being no images by their name: 2");
  expect(page).toContain("and 3 more");
});

test("the text says the same and has no control characters but line ends", () => {
  const text = toTextReport({ ...data, licence: "CC0", citation: "nobody" }, findings, sheet);
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(text).toContain("licence CC0; nobody");
  expect(text).toContain("  and 3 more");
  expect(text).toContain("none: no image that can be read");
});
