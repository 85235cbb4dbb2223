// A new key and its record fit together, and a record that the Worker would refuse is never printed.

import { describe, expect, test } from "vitest";
import { apiKeyRecordSchema, createApiKeyCheck } from "../../../../src/http/auth/api-keys.ts";
import { newKey, type KeyOptions } from "../../../../train/commands/keys/key.ts";

const OPTIONS: KeyOptions = { scopes: "classify,models:read", models: "mnist,pneumonia", expires: "2027-01-31" };

async function run(name: string, options: Partial<KeyOptions> = {}) {
  let text = "";
  const output = { write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream;
  const result = await newKey(name, { ...OPTIONS, ...options }, output);
  return { detail: result.ok ? "" : result.error.detail, text };
}

test("the key is good for what the record says, until the day it says", async () => {
  const { text } = await run("clinic-app");
  const key = /^ {2}(esk_\S+)$/m.exec(text)?.[1] ?? "";
  const record = apiKeyRecordSchema.parse(JSON.parse(/^ {2}(\{.+\})$/m.exec(text)?.[1] ?? ""));
  const checkAt = async (time: string) => createApiKeyCheck([record], () => Date.parse(time))(key);
  expect(await checkAt("2027-01-30T23:59:59Z")).toMatchObject({
    ok: true,
    value: { name: "clinic-app", scopes: ["classify", "models:read"], models: ["mnist", "pneumonia"] },
  });
  expect(await checkAt("2027-01-31T00:00:00Z")).toMatchObject({ error: { reason: "key_expired" } });
});

test("a key that never expires has no expiry, and no two keys are the same", async () => {
  const [first, second] = [await run("lab", { expires: "never" }), await run("lab", { expires: "never" })];
  expect(first.text).not.toContain("expires");
  expect(first.text).not.toBe(second.text);
});

describe("refused, with what would be right, is", () => {
  test.for<[what: string, name: string, options: Partial<KeyOptions>, detail: string]>([
    [
      "a name with spaces",
      "Dr. No",
      {},
      "a name has lower-case letters and digits, with single hyphens, dots or underscores between them",
    ],
    ["an unknown scope", "lab", { scopes: "admin" }, "the scopes are classify, models:read and models:write"],
    ["an empty model", "lab", { models: "" }, "models are names with commas between them, or *"],
    [
      "a day that does not exist",
      "lab",
      { expires: "2027-02-30" },
      "an expiry is never, a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z",
    ],
  ])("%s", async ([, name, options, detail]) => {
    expect(await run(name, options)).toEqual({ detail, text: "" });
  });
});
