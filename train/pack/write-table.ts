// A table in Markdown.

export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  // An empty heading stands without a space, as in a table that has none.
  const heading = line(head).replaceAll("|  |", "| |").replaceAll("|  |", "| |");
  return [heading, `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}
