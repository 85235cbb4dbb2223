// A chart as SVG text. Observable Plot draws it into a document that linkedom keeps in memory, so no browser is needed;
// colours are CSS variables, so that the page decides between light and dark.

import { plot, type Markish, type PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** The colours that report-style.ts defines. */
export const COLOURS = {
  main: "var(--main)",
  second: "var(--second)",
  muted: "var(--muted)",
  line: "var(--line)",
} as const;

/** `title` is for whoever cannot see the chart. */
export function renderChart(title: string, marks: Markish[], options: Omit<PlotOptions, "marks" | "document">): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({
    width: 420,
    height: 320,
    marginLeft: 48,
    marginBottom: 40,
    ...options,
    style: { fontSize: "12px", background: "transparent" },
    marks,
    document,
  });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  return svg.outerHTML;
}
