// The signed statement: its bytes to the letter, and what is refused although its signature verified.

import { describe, expect, test } from "vitest";
import { fromJsonBytes, fromUtf8, toUtf8 } from "../../../src/base/bytes.ts";
import { preAuthenticationEncoding, readStatement, writeStatement } from "../../../src/bundle/signature/statement.ts";

/** SHA-256 of "abc" and of nothing; the root is that of their 64 raw bytes, the one of "b.bin" first. */
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const root = "6f1290896ee81a0349174d19f4473d267a10289c40480861d5c42affffbd79f9";

const resources = [
  { name: "b.bin", digest: abc },
  { name: "c.json", digest: nothing },
];

const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "model", digest: { sha256: root } }],
  predicateType: "https://model_signing/signature/v1.0",
  predicate: {
    serialization: {
      method: "files",
      hash_type: "sha256",
      allow_symlinks: false,
      ignore_paths: ["model.sig", ".git", ".gitignore", ".github", ".gitattributes", "examples"],
    },
    resources: resources.map((resource) => ({ ...resource, algorithm: "sha256" })),
  },
};
const { predicate } = statement;
const { serialization } = predicate;

const readJson = (value: unknown) => readStatement(toUtf8(JSON.stringify(value)));

describe("writeStatement", () => {
  test("writes the statement that model signing v1.0 describes", async () => {
    expect(fromJsonBytes(await writeStatement("model", resources))).toEqual(statement);
  });

  test("puts the files in alphabetical order", async () => {
    expect(await writeStatement("model", resources.toReversed())).toEqual(await writeStatement("model", resources));
  });

  test("puts capitals before small letters, as the reference tool does", async () => {
    const payload = fromUtf8(
      await writeStatement("model", [
        { name: "bundle.json", digest: abc },
        { name: "README.md", digest: abc },
      ]),
    );
    expect(payload?.indexOf("README.md")).toBeLessThan(payload?.indexOf("bundle.json") ?? 0);
  });
});

describe("readStatement", () => {
  test("reads what was written", async () => {
    expect(await readStatement(await writeStatement("model", resources))).toEqual({
      ok: true,
      value: { resources, ignoredPaths: serialization.ignore_paths },
    });
  });

  test("ignores what version 1.0 does not name, and takes a missing list of ignored paths as an empty one", async () => {
    const { ignore_paths: _, ...bare } = serialization;
    const more = { ...statement, predicate: { ...predicate, serialization: bare, signer: "someone" }, note: "new" };
    expect(await readJson(more)).toEqual({ ok: true, value: { resources, ignoredPaths: [] } });
  });

  test.each<[what: string, value: unknown]>([
    ["another kind of statement", { ...statement, _type: "https://in-toto.io/Statement/v0.1" }],
    ["another predicate", { ...statement, predicateType: "https://slsa.dev/provenance/v1" }],
    ["no subject", { ...statement, subject: [] }],
    ["two subjects", { ...statement, subject: [...statement.subject, ...statement.subject] }],
    ["no resources", { ...statement, predicate: { ...predicate, resources: [] } }],
    ["shards", { ...statement, predicate: { ...predicate, serialization: { ...serialization, method: "shards" } } }],
    [
      "symbolic links",
      { ...statement, predicate: { ...predicate, serialization: { ...serialization, allow_symlinks: true } } },
    ],
    [
      "another hash",
      { ...statement, predicate: { ...predicate, serialization: { ...serialization, hash_type: "blake2b" } } },
    ],
    [
      "a digest in capitals",
      {
        ...statement,
        predicate: { ...predicate, resources: [{ ...predicate.resources[0], digest: abc.toUpperCase() }] },
      },
    ],
    ["text", "statement"],
  ])("refuses %s", async (_what, value) => {
    expect(await readJson(value)).toEqual({
      ok: false,
      error: { reason: "signature_invalid", detail: "the signed payload is not a model signing statement" },
    });
  });

  test.each<[what: string, value: unknown]>([
    ["is another one", { ...statement, subject: [{ name: "model", digest: { sha256: abc } }] }],
    ["is of another order", { ...statement, predicate: { ...predicate, resources: predicate.resources.toReversed() } }],
    ["covers a file less", { ...statement, predicate: { ...predicate, resources: [predicate.resources[0]] } }],
  ])("refuses a statement whose subject's digest %s", async (_what, value) => {
    expect(await readJson(value)).toEqual({
      ok: false,
      error: {
        reason: "signature_invalid",
        detail: "the signed statement's subject is not the digest of its resources",
      },
    });
  });

  test("refuses a statement that lists a file twice", async () => {
    expect(
      await readStatement(await writeStatement("model", [resources[0], { ...resources[1], name: "b.bin" }])),
    ).toEqual({
      ok: false,
      error: { reason: "signature_invalid", detail: "the signed statement lists a file twice" },
    });
  });
});

test("encodes what is signed as DSSE v1 does, counting bytes and not characters", () => {
  expect(fromUtf8(preAuthenticationEncoding(toUtf8("é!")))).toBe("DSSEv1 28 application/vnd.in-toto+json 3 é!");
});
