// `edgescope predict`: what a bundle says of image files, through the code that serves.

import { readFile, stat } from "node:fs/promises";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { Decision } from "../../../src/decision/decide.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import type { Model } from "../../../src/model/model.ts";
import { predict, type Prediction } from "../../../src/predict.ts";
import { loadCodecModules } from "../../codec-modules.ts";
import { printable } from "../../printable.ts";
import { alignColumns } from "../align-columns.ts";
import { openBundle } from "./open-bundle.ts";

/** Most labels that a row of the table has room for. */
const LABELS_SHOWN = 3;

type Answer = { file: string } & Result<Prediction, Failure<string>>;

export async function predictFiles(
  folder: string,
  files: readonly string[],
  { json }: { json: boolean },
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const opened = await openBundle(folder);
  if (!opened.ok) return opened;
  const model = opened.value;
  const readImage = createImageReader(await loadCodecModules());
  const answers: Answer[] = [];
  for (const file of files) {
    const bytes = await readBytes(file, model.manifest.input.maxBytes);
    answers.push({ file, ...(bytes.ok ? await predict(bytes.value, model, readImage) : bytes) });
  }
  output.write(json ? `${JSON.stringify(toJson(model, answers), undefined, 2)}\n` : toTable(answers));
  const failed = answers.filter((answer) => !answer.ok).length;
  return failed === 0 ? ok(null) : fail("images_failed", `${failed} of ${files.length} files have no answer`);
}

async function readBytes(
  file: string,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"file_unreadable" | "too_many_bytes">>> {
  const stats = await stat(file).catch(() => undefined);
  if (stats && stats.size > maxBytes) return fail("too_many_bytes", "the image has more bytes than the model accepts");
  const bytes = stats?.isFile() ? await readFile(file).catch(() => undefined) : undefined;
  return bytes ? ok(new Uint8Array(bytes)) : fail("file_unreadable", "the file cannot be read");
}

function toJson({ manifest, digest }: Model, answers: readonly Answer[]) {
  return {
    model: { name: manifest.name, version: manifest.version, digest },
    answers: answers.map((answer) => {
      if (!answer.ok) return { file: answer.file, error: answer.error };
      const { scores, decision, image } = answer.value;
      const labels = scores.map(({ label, probability, logit }) => ({ label: label.name, probability, logit }));
      return { file: answer.file, decision, labels, image };
    }),
  };
}

function toTable(answers: readonly Answer[]): string {
  const rows = answers.map((answer) => {
    if (!answer.ok) return [printable(answer.file), `no answer: ${answer.error.detail}`];
    const ranked = answer.value.scores.toSorted((a, b) => b.probability - a.probability).slice(0, LABELS_SHOWN);
    const labels = ranked.map(({ label, probability }) => `${label.name} ${(100 * probability).toFixed(1)} %`);
    return [printable(answer.file), describe(answer.value.decision), labels.join(", ")];
  });
  return alignColumns([["file", "decision", "probabilities"], ...rows]);
}

function describe(decision: Decision): string {
  switch (decision.outcome) {
    case "label":
      return decision.label;
    case "positive":
    case "negative":
      return `${decision.outcome} for ${decision.label}`;
    case "labels":
      return decision.labels.join(", ") || "no label";
    case "abstain":
      return `abstains: ${decision.reason.replaceAll("_", " ")}`;
  }
}
