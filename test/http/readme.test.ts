// The examples of the README work: its shell commands run as they are written, with a curl that prints what it would send,
// and the answers are those that are printed. "…" stands for anything.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROBLEM_CODES } from "../../src/http/problem.ts";
import { serveDigits } from "./served-digits.ts";

const ROOT = join(import.meta.dirname, "../..");
const ORIGIN = "http://localhost:8787";
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const surface = readme.slice(readme.indexOf("## The HTTP surface"), readme.indexOf("### Open Inference Protocol"));

const blocks = [...surface.matchAll(/```(\w*)\n(.*?)```/gs)].map(([, language, text]) => ({ language, text }));
const examples = blocks.flatMap(({ language, text }, i) => {
  const next = blocks.at(i + 1);
  return language === "" && text.includes("curl ")
    ? [{ command: text, printed: next?.language === "json" ? next.text : undefined }]
    : [];
});

/** What curl would send, from its arguments and its standard input. */
async function toRequest(command: string): Promise<{ path: string; init: RequestInit }> {
  const script = `curl() { printf '%s\\0' "$@"; case "$*" in *@-*) cat;; esac; }\n${command}`;
  const parts = execFileSync("sh", ["-c", script], { cwd: ROOT }).toString("latin1").split("\0");
  const input = Buffer.from(parts.pop() ?? "", "latin1");
  const headers = new Headers();
  const form = new FormData();
  let body: BodyInit | undefined;
  let path = "";
  for (let i = 0; i < parts.length; i++) {
    if (parts[i].startsWith(ORIGIN)) {
      path = parts[i].slice(ORIGIN.length);
      continue;
    }
    const value = parts[++i];
    const file = value.split("@")[1];
    if (parts[i - 1] === "-H") headers.append(...(value.split(/: */) as [string, string]));
    if (["-d", "--data-binary"].includes(parts[i - 1])) {
      body = file === "-" ? input : new Uint8Array(await readFile(join(ROOT, file)));
    }
    if (parts[i - 1] === "-F") {
      form.append(value.split("=")[0], new File([await readFile(join(ROOT, file))], basename(file)));
      body = form;
    }
  }
  return { path, init: { method: body ? "POST" : "GET", headers, ...(body && { body }) } };
}

/** The printed answer, with "…" as anything and ["…"] as any list. */
function toExpected(printed: unknown): unknown {
  if (printed === "…") return expect.anything();
  if (Array.isArray(printed)) {
    return printed.length === 1 && printed[0] === "…" ? expect.any(Array) : printed.map(toExpected);
  }
  if (typeof printed !== "object" || printed === null) return printed;
  return Object.fromEntries(Object.entries(printed).map(([name, value]) => [name, toExpected(value)]));
}

const served = await serveDigits();

describe("the README's examples of the HTTP surface", () => {
  test.for(examples)("$command", async ({ command, printed }) => {
    const { path, init } = await toRequest(command);
    const response = await served.request(path, init);
    expect(response.status).toBe(200);
    if (printed) expect(await response.json()).toEqual(toExpected(JSON.parse(printed)));
  });

  test("are there", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(examples.filter(({ printed }) => printed)).not.toHaveLength(0);
  });
});

test("the README lists every code of the error table, and no other", () => {
  const [table] = /\| status \|.*?\n\n/s.exec(surface) ?? [""];
  const listed = [...table.matchAll(/`([a-z_0-9]+)`/g)].map(([, code]) => code);
  expect(listed.toSorted()).toEqual(PROBLEM_CODES.toSorted());
});
