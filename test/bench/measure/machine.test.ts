import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeMachine } from "../../../bench/measure/machine.ts";

test("a figure names the processor, Node and the versions of what was measured", async () => {
  const { dependencies } = JSON.parse(await readFile(join(import.meta.dirname, "../../../package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const machine = await describeMachine();
  expect(machine).toMatchObject({
    cpu: expect.stringMatching(/ x \d+ \(\w+ \w+\)$/),
    load: expect.stringMatching(/^\d+\.\d$/),
    node: process.versions.node,
    "@tensorflow/tfjs-core": dependencies["@tensorflow/tfjs-core"],
    "@tensorflow/tfjs-backend-wasm": dependencies["@tensorflow/tfjs-backend-wasm"],
    workerd: expect.stringMatching(/^1\.\d+/),
  });
});
