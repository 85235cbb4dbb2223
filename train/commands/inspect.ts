// `edgescope inspect`: what a data set holds, what is damaged in it, and what stands on both sides of its splits.

import { writeFile } from "node:fs/promises";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { createProgressLine, type ProgressLine } from "../fit/progress.ts";
import { gatherContactSheet } from "../inspect/contact-sheet.ts";
import { findLeaks } from "../inspect/find-leaks.ts";
import { toFindings } from "../inspect/findings.ts";
import { toHtmlPage } from "../inspect/reports/html-page.ts";
import { openData } from "../inspect/open-data.ts";
import { surveySplit, type Survey } from "../inspect/survey.ts";
import { toTextReport } from "../inspect/reports/text-report.ts";

export type InspectOptions = { data?: string; grouping?: string; html?: string };

const ROWS = { text: 10, page: 500 };
const IMAGES_PER_CLASS = { text: 4, page: 12 };

export async function inspect(
  name: string,
  options: InspectOptions,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const now = () => performance.now();
  let download: { file: string; bar: ProgressLine } | undefined;
  const opened = await openData(name, options, (file, received, total) => {
    if (download?.file !== file) download = { file, bar: createProgressLine(`download ${file}`, output, now) };
    download.bar.update(total ? received / total : 0, `${(received / 1e6).toFixed(1)} MB`);
  });
  if (!opened.ok) return opened;
  const data = opened.value;
  const { task, classes } = data;

  const surveys: Survey[] = [];
  for (const named of data.splits) {
    const bar = createProgressLine(`read ${named.name}`, output, now);
    const { count } = named.split;
    surveys.push(
      await surveySplit(named, task, classes.length, (done) => bar.update(done / count, `${done} of ${count}`)),
    );
    bar.end(`${count} images`);
  }
  const leaks = findLeaks(surveys, task);
  const sheet = await gatherContactSheet(surveys, classes, task, IMAGES_PER_CLASS.text);
  output.write(`\n${toTextReport(data, toFindings(data, surveys, leaks, ROWS.text), sheet)}`);
  if (options.html === undefined) return ok(null);

  const page = toHtmlPage(
    data,
    toFindings(data, surveys, leaks, ROWS.page),
    await gatherContactSheet(surveys, classes, task, IMAGES_PER_CLASS.page),
  );
  const written = await writeFile(options.html, page).then(
    () => true,
    () => false,
  );
  if (!written) return fail("page_not_written", `${options.html} cannot be written`);
  output.write(`\n${options.html} holds images of the data set: keep it where the data may be\n`);
  return ok(null);
}
