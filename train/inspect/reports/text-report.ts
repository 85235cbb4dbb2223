// An inspection as text for a terminal.

import type { ContactSheet } from "../contact-sheet.ts";
import { drawText } from "./draw-text.ts";
import { toFacts } from "./facts.ts";
import type { Finding } from "../findings.ts";
import type { OpenedData } from "../open-data.ts";
import { printable } from "../../printable.ts";

/** Four pictures and the space between them fit into 80 columns. */
const PICTURE = { columns: 18, rows: 9 };

export function toTextReport(data: OpenedData, findings: readonly Finding[], sheet: ContactSheet): string {
  const facts = [printable(data.name), ...toFacts(data)];
  const sections = findings.map(({ title, sentence, header, rows, more }) =>
    [
      `${title}: ${sentence}`,
      ...alignColumns(
        (header ? [header, ...rows] : rows).map((row) => row.map(printable)),
        header !== undefined,
      ),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join("\n"),
  );
  return `${[facts.join("\n"), ...sections, ...sheet.map(drawRow)].join("\n\n")}\n`;
}

/** Figures of a table with a header are set right, words left. */
function alignColumns(rows: readonly string[][], isTable: boolean): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  const align = (cell: string, column: number) =>
    isTable && column > 0 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  return rows.map((row) => `  ${row.map(align).join("  ")}`.trimEnd());
}

function drawRow({ label, images }: ContactSheet[number]): string {
  const pictures = images.map(({ pixels }) => drawText(pixels, PICTURE.columns, PICTURE.rows));
  const lines = Array.from(
    { length: PICTURE.rows },
    (_, row) => `  ${pictures.map((picture_) => picture_[row]).join(" ")}`,
  );
  return [
    `${printable(label)}: ${images.length > 0 ? "" : "no image that can be read"}`,
    ...(images.length > 0 ? lines : []),
  ].join("\n");
}
