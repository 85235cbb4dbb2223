// What a benchmark found, for people as a table and for programs as it is.

export type Row = Record<string, string | number>;

/** Every row has the same columns; their names carry the units. `notes` say how to read the figures. */
export type Table = { title: string; rows: Row[]; notes: string[] };

export function writeTable({ title, rows, notes }: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns.map(toHeading), ...rows.map((row) => columns.map((column) => toCell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const aligned = lines.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
  return [title, ...aligned.map((line) => `  ${line}`), ...notes.map((note) => `  ${note}`)].join("\n");
}

/** "p95Ms" to "p95 ms". */
const toHeading = (column: string): string => column.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();

/** Four significant digits are more than any of these measurements has. */
const toCell = (value: string | number): string =>
  typeof value === "string" ? value : Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
