// The rows of a manifest as CSV (RFC 4180, with a header) or JSON lines: path, label or labels, split, group.

import { CsvError, parse } from "csv-parse/sync";
import * as z from "zod/mini";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";

/** `labels` has one entry where the manifest has a `label`; `line` is where the row ends. */
export type ManifestRow = { line: number; path: string; labels: string[]; split: string; group: string };
export type ManifestRows = { hasManyLabels: boolean; rows: ManifestRow[] };

const COLUMNS = ["path", "label", "labels", "split", "group"];
const MAX_RECORD_BYTES = 64 * 1024;

const text = z.string();
const jsonRowSchema = z.object({
  path: text,
  label: z.optional(z.union([text, z.int()])),
  labels: z.optional(z.union([text, z.array(text)])),
  split: z.optional(text),
  group: z.optional(z.union([text, z.int()])),
});

/** Other columns are left alone. `name` is the file's, for the failure's sentence. */
export function parseCsvRows(csv: string, name: string): Result<ManifestRows, Failure<"manifest_invalid">> {
  const invalid = (line: number, what: string) => fail("manifest_invalid", `${name}: line ${line}: ${what}`);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    // Its types do not know what `info` does to the records.
    records = parse(csv, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      max_record_size: MAX_RECORD_BYTES,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return invalid(Number(error["lines"]), `not CSV: ${error.code.toLowerCase().replaceAll("_", " ")}`);
  }
  const header = records[0]?.record ?? [];
  const twice = COLUMNS.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (twice) return invalid(1, `two columns called ${twice}`);
  const [path, label, labels, split, group] = COLUMNS.map((column) => header.indexOf(column));
  if (path < 0) return invalid(1, "no column called path");
  if (label < 0 === labels < 0) return invalid(1, "there must be either a column called label or one called labels");
  const rows = records.slice(1).map(({ record, info }) => ({
    line: info.lines,
    path: record[path],
    labels: label >= 0 ? [record[label]] : splitLabels(record[labels]),
    split: record[split] ?? "",
    group: record[group] ?? "",
  }));
  return ok({ hasManyLabels: labels >= 0, rows });
}

/** One object a line with the same keys; `labels` may be a list. Other keys are left alone. */
export function parseJsonRows(lines: string, name: string): Result<ManifestRows, Failure<"manifest_invalid">> {
  const rows: ManifestRow[] = [];
  let hasManyLabels: boolean | undefined;
  for (const [index, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const invalid = (what: string) => fail("manifest_invalid", `${name}: line ${index + 1}: ${what}`);
    const parsed = jsonRowSchema.safeParse(parseJson(line));
    if (!parsed.success) return invalid("not an object with path, label or labels, and on request split and group");
    const { path, label, labels, split = "", group = "" } = parsed.data;
    if ((label === undefined) === (labels === undefined)) return invalid("there must be either label or labels");
    if (hasManyLabels !== undefined && hasManyLabels !== (labels !== undefined))
      return invalid("label in some rows and labels in others");
    hasManyLabels = labels !== undefined;
    const names = labels === undefined ? [String(label)] : typeof labels === "string" ? splitLabels(labels) : labels;
    rows.push({ line: index + 1, path, labels: names, split, group: String(group) });
  }
  return ok({ hasManyLabels: hasManyLabels ?? false, rows });
}

const splitLabels = (joined: string): string[] => (joined === "" ? [] : joined.split("|"));

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
