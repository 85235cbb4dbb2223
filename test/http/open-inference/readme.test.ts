// What the README says of the Open Inference Protocol is so.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VERSION } from "../../../src/http/open-inference/version.ts";
import { serveDigits } from "../served-digits.ts";
import { readAnswer } from "./read-answer.ts";

const ROOT = join(import.meta.dirname, "../../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const section = readme.slice(readme.indexOf("### Open Inference Protocol"));
const [command, answer] = [...section.matchAll(/```\w*\n(.*?)```/gs)].map(([, block]) => block);

test("the example gives the answer that is printed", async () => {
  // The shell makes the body; what would send it prints it.
  const body = execFileSync("sh", ["-c", `curl() { cat; }\n${command}`], { cwd: ROOT });
  const path = /http:\/\/localhost:8787(\S+)/.exec(command)?.[1] ?? "";
  const served = await serveDigits();
  const printed = JSON.parse(answer);
  expect(await readAnswer(await served.request(path, { method: "POST", body }))).toEqual({
    ...printed,
    model_version: expect.any(String),
    parameters: { digest: expect.any(String), notice: expect.any(String) },
  });
});

test("the server's version is the package's", () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
});
