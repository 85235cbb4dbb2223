// What stands on the screen, or in the log, while something long runs.

import { describe, expect, test } from "vitest";
import { createProgressLine, formatDuration } from "../../../train/fit/progress.ts";

/** The process's own stream with its writes collected instead of shown. */
function collect(isTTY: boolean) {
  const writes: string[] = [];
  const stream: NodeJS.WriteStream = Object.create(process.stdout, {
    isTTY: { value: isTTY },
    write: { value: (text: string) => writes.push(text) > 0 },
  });
  return { stream, writes };
}

describe("where there is no terminal", () => {
  test("writes a plain line at each quarter and one at the end", () => {
    const { stream, writes } = collect(false);
    const line = createProgressLine("epoch 1/2", stream, () => 0);
    for (const percent of [0, 10, 24, 25, 26, 50, 60, 75, 99, 100]) line.update(percent / 100, `loss 0.${percent}`);
    line.end("loss 0.1");
    expect(writes).toEqual([
      "epoch 1/2 25 % loss 0.25\n",
      "epoch 1/2 50 % loss 0.50\n",
      "epoch 1/2 75 % loss 0.75\n",
      "epoch 1/2 loss 0.1\n",
    ]);
  });

  test("leaves out quarters that were jumped over", () => {
    const { stream, writes } = collect(false);
    createProgressLine("download", stream, () => 0).update(0.8, "8 of 10 MB");
    expect(writes).toEqual(["download 80 % 8 of 10 MB\n"]);
  });
});

describe("on a terminal", () => {
  test("redraws one line, and ends it", () => {
    const { stream, writes } = collect(true);
    let nowMs = 1000;
    const line = createProgressLine("epoch", stream, () => nowMs);
    line.update(0, "a");
    nowMs += 100;
    line.update(0.5, "b");
    line.end("done");
    expect(writes).toEqual([
      `\r\u001B[2Kepoch ${"░".repeat(24)} a`,
      `\r\u001B[2Kepoch ${"█".repeat(12)}${"░".repeat(12)} b`,
      "\r\u001B[2Kepoch done\n",
    ]);
  });

  test("draws at most ten times a second", () => {
    const { stream, writes } = collect(true);
    let nowMs = 0;
    const line = createProgressLine("epoch", stream, () => nowMs);
    for (; nowMs < 1000; nowMs += 10) line.update(nowMs / 1000, "");
    expect(writes.length).toBe(10);
  });

  test("fills the whole bar at the end", () => {
    const { stream, writes } = collect(true);
    createProgressLine("epoch", stream, () => 0).update(1, "");
    expect(writes).toEqual([`\r\u001B[2Kepoch ${"█".repeat(24)} `]);
  });
});

test.each([
  [0, "0 s"],
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.5, "1 m 00 s"],
  [125, "2 m 05 s"],
  [3600, "60 m 00 s"],
  [-1, "0 s"],
])("writes %f seconds as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
