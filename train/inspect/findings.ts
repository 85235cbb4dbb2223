// What an inspection found, as sentences and tables of text: the terminal and the page show the same.

import type { OpenedData } from "./open-data.ts";
import type { LeakedPair, Leaks, Side } from "./find-leaks.ts";
import type { Survey } from "./survey.ts";

/** A section has a sentence, and under it a table or a list; `more` says how many rows are left out of it. */
export type Finding = { title: string; sentence: string; header?: string[]; rows: string[][]; more: number };

/** Of sizes, for each split: the rare ones say little. */
const MAX_KINDS = 8;
const LOOK = "; look at them: small or uniform pictures can be alike and no copies";

export function toFindings(data: OpenedData, surveys: readonly Survey[], leaks: Leaks, maxRows: number): Finding[] {
  const list = (title: string, sentence: string, rows: string[][], total = rows.length): Finding => {
    const shown = rows.slice(0, maxRows);
    return { title, sentence, rows: shown, more: total - shown.length };
  };
  const damaged = surveys.flatMap((survey) =>
    survey.damaged.map(({ index, reason, detail }) => [nameOf({ survey, index }), reason, detail]),
  );
  const { duplicates, nearDuplicates, sharedGroups } = leaks;
  const where = surveys.length === 1 ? "between groups" : "across splits";
  const groupsKnown = surveys.some(({ groupCount }) => groupCount !== undefined);
  return [
    countImages(data, surveys),
    list(
      "Sizes and values",
      surveys.map(describeValues).join("; "),
      surveys.flatMap(({ name, kinds }) =>
        kinds.slice(0, MAX_KINDS).map(({ kind, count }) => [name, kind, String(count)]),
      ),
      surveys.reduce((sum, { kinds }) => sum + kinds.length, 0),
    ),
    list("Damaged images", damaged.length > 0 ? `${damaged.length}` : "none", damaged),
    list(
      `The same pixels ${where}`,
      `${countOf(duplicates.total, "pair")}${differing(duplicates)}`,
      duplicates.pairs.map(toRow),
      duplicates.total,
    ),
    list(
      `Near-duplicates ${where}`,
      `${countOf(nearDuplicates.total, "pair")}${differing(nearDuplicates)}${nearDuplicates.total > 0 ? LOOK : ""}`,
      nearDuplicates.pairs.toSorted((a, b) => b.correlation - a.correlation).map(toRow),
      nearDuplicates.total,
    ),
    list(
      "Groups on two sides of a split",
      groupsKnown ? countOf(sharedGroups.length, "group") : "groups are not known",
      sharedGroups.map(({ group, splits }) => [group, splits.join(", ")]),
    ),
  ];
}

function countImages({ classes }: OpenedData, surveys: readonly Survey[]): Finding {
  const total = surveys.reduce((sum, { split }) => sum + split.count, 0);
  const row = (title: string, of: (survey: Survey) => number | string) => [title, ...surveys.map((s) => String(of(s)))];
  const hasGroups = surveys.some(({ groupCount }) => groupCount !== undefined);
  return {
    title: "Images",
    sentence: `${countOf(total, "image")} of ${classes.length} classes`,
    header: ["", ...surveys.map(({ name }) => name)],
    rows: [
      ...classes.map((name, label) => row(name, ({ classCounts }) => classCounts[label])),
      row("all images", ({ split }) => split.count),
      ...(hasGroups ? [row("groups", ({ groupCount }) => groupCount ?? "not known")] : []),
    ],
    more: 0,
  };
}

function describeValues({ name, values }: Survey): string {
  if (!values) return `${name}: no image can be read`;
  const [lowest, highest, mean] = [values.lowest, values.highest, values.mean].map((value) => (100 * value).toFixed(1));
  return `${name}: values from ${lowest} to ${highest} % of their depth, ${mean} % on average`;
}

const nameOf = ({ survey, index }: Side): string => `${survey.name} ${survey.split.nameOf(index)}`;

const toRow = ({ first, second, labelsDiffer, correlation }: LeakedPair): string[] => [
  nameOf(first),
  nameOf(second),
  correlation === 1 ? "" : `correlation ${correlation.toFixed(4)}`,
  labelsDiffer ? "labels differ" : "",
];

function differing({ pairs, total }: Leaks["duplicates"]): string {
  const count = pairs.filter(({ labelsDiffer }) => labelsDiffer).length;
  return count > 0 ? `, ${pairs.length < total ? "at least " : ""}${count} of them with different labels` : "";
}

const countOf = (count: number, noun: string): string =>
  `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
