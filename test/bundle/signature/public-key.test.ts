// Trusted keys as PEM text: what is read, what a key is called, and that nothing is skipped over.

import { createHash, createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  isTrustedAt,
  parsePublicKeys,
  publicKeyHint,
  publicKeyPem,
  toPem,
} from "../../../src/bundle/signature/public-key.ts";
import { exampleKey, exampleTrustedKeys } from "./example-key.ts";
import { referencePublicKeyPem } from "./reference-signature.ts";

const RSA = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoek8/lOP9/l40dHBHPY4
TYEU+RQmDXy9JQ2WneKvVu34ZbNUnWDFk0KZ3fkC5+CJQBTk0yOq00TM7jA1jw+j
kM/4bJuf8YW3ofX8G66ud6DX0JwWCpctVoWmRYC0NQQKcorDErAxsnvd2bNpc0Ke
z1e7Xl7yIuxT1XgUhZUqHrYQeMOis+pAvgZfAvggKgNn7y1jIBl3oR1jDUp2LVKI
//Us09ezdfMbY3qDIj6ydftqYDyKkMwNBXZjG5vdcRFtzUa6is9leZpQbULwsXVH
n0WyOaX/5J3IrQ3lG9SHQ0GOHRx8VhbVVJ8efZBVaRqNgUu5ai4FnyTLKQDDQpk2
xQIDAQAB
-----END PUBLIC KEY-----
`;

const P384 = `-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEW8GQ4LGGGX3ltG8XWXRsoiNtOum3ImA6
OHuXIJMVfpi+ICafAVl9LGZ4JfK9bWVz2GDpZKkMe30F2Lo9jbeMrB1KSwl/VCoe
QqWD96U0K4Dbi8X7vCOv32626NtsNBr2
-----END PUBLIC KEY-----
`;

const oneLine = (pem: string): string => {
  const [begin, ...rest] = pem.trim().split("\n");
  return [begin, rest.slice(0, -1).join(""), rest.at(-1)].join("\n");
};

describe("parsePublicKeys", () => {
  test("reads no keys from an empty text", async () => {
    expect(await parsePublicKeys("")).toEqual({ ok: true, value: [] });
    expect(await parsePublicKeys(" \n")).toEqual({ ok: true, value: [] });
  });

  test("reads two keys in their order", async () => {
    const examplePem = await publicKeyPem(exampleKey.publicKey);
    const keys = await parsePublicKeys(`${referencePublicKeyPem}\n${examplePem}`);
    expect(keys.ok && keys.value.map(({ hint }) => hint)).toEqual([
      "3cece49f0b053203ed0411c8066880b8625c4c72a81d9f5aac37045802b41b20",
      await publicKeyHint(exampleKey.publicKey),
    ]);
  });

  test("gives one hint to a key however its text is wrapped", async () => {
    const wrapped = referencePublicKeyPem.replaceAll("\n", "\r\n");
    const keys = await parsePublicKeys(oneLine(referencePublicKeyPem) + wrapped);
    expect(keys.ok && keys.value.map(({ hint }) => hint)).toEqual([
      "3cece49f0b053203ed0411c8066880b8625c4c72a81d9f5aac37045802b41b20",
      "3cece49f0b053203ed0411c8066880b8625c4c72a81d9f5aac37045802b41b20",
    ]);
  });

  test.each([
    ["a word before a key", `trusted: ${referencePublicKeyPem}`],
    ["a word between two keys", `${referencePublicKeyPem}and\n${referencePublicKeyPem}`],
    ["a key cut short", referencePublicKeyPem.slice(0, 100)],
    ["a private key's label", referencePublicKeyPem.replaceAll("PUBLIC", "PRIVATE")],
    ["a character that is not base64", referencePublicKeyPem.replace("MFkw", "MF*w")],
  ])("refuses %s", async (_what, text) => {
    expect(await parsePublicKeys(text)).toEqual({
      ok: false,
      error: { reason: "key_invalid", detail: "the key text is not PEM public keys" },
    });
  });

  test("refuses padding in the middle of a key", async () => {
    expect(await parsePublicKeys(referencePublicKeyPem.replace("MFkw", "MF=w"))).toEqual({
      ok: false,
      error: { reason: "key_invalid", detail: "a public key is not base64" },
    });
  });

  test.each([
    ["an RSA key", RSA],
    ["a P-384 key", P384],
    ["a P-256 key with another kind of key after it", referencePublicKeyPem + RSA],
    ["base64 that is no key", "-----BEGIN PUBLIC KEY-----\nZm9v\n-----END PUBLIC KEY-----"],
  ])("refuses %s", async (_what, text) => {
    expect(await parsePublicKeys(text)).toEqual({
      ok: false,
      error: { reason: "key_invalid", detail: "a public key is not an ECDSA P-256 key" },
    });
  });
});

describe("the dates above a key", () => {
  const dated = (...lines: string[]) => `${lines.join("\n")}\n${referencePublicKeyPem}`;

  test("bound its trust, each key by its own, and a key without dates is trusted always", async () => {
    const examplePem = await publicKeyPem(exampleKey.publicKey);
    const text = `${dated("# not-before: 2026-01-01T00:00:00Z", "# not-after: 2026-12-31T23:59:59Z")}
${examplePem}
  # not-after: 2027-12-31T23:59:59Z\r
${examplePem}`;
    const keys = await parsePublicKeys(text);
    expect(keys.ok && keys.value.map(({ notBefore, notAfter }) => [notBefore, notAfter])).toEqual([
      ["2026-01-01T00:00:00Z", "2026-12-31T23:59:59Z"],
      [undefined, undefined],
      [undefined, "2027-12-31T23:59:59Z"],
    ]);
  });

  test("leave its hint as it is", async () => {
    const [plain, bounded] = [
      await parsePublicKeys(referencePublicKeyPem),
      await parsePublicKeys(dated("# not-after: 2026-12-31T23:59:59Z")),
    ];
    expect(bounded.ok && bounded.value[0].hint).toBe(plain.ok && plain.value[0].hint);
  });

  const MALFORMED = "a date above a public key is not written as 2026-01-31T00:00:00Z";
  test.each([
    ["a day without a time", dated("# not-after: 2026-12-31"), MALFORMED],
    ["a day that no calendar has", dated("# not-after: 2026-02-30T00:00:00Z"), MALFORMED],
    ["a fraction of a second", dated("# not-after: 2026-12-31T23:59:59.5Z"), MALFORMED],
    ["another zone", dated("# not-after: 2026-12-31T23:59:59+01:00"), MALFORMED],
    [
      "two ends",
      dated("# not-after: 2026-12-31T23:59:59Z", "# not-after: 2027-12-31T23:59:59Z"),
      "a public key has the same date twice",
    ],
    [
      "an end before the beginning",
      dated("# not-before: 2027-01-01T00:00:00Z", "# not-after: 2026-12-31T23:59:59Z"),
      "a public key's trust ends before it begins",
    ],
    ["another comment", dated("# the key of the release team"), "the key text is not PEM public keys"],
    ["a misspelt date", dated("# notafter: 2026-12-31T23:59:59Z"), "the key text is not PEM public keys"],
    [
      "a date under the last key",
      `${referencePublicKeyPem}# not-after: 2026-12-31T23:59:59Z\n`,
      "the key text is not PEM public keys",
    ],
  ])("are refused when there is %s", async (_what, text, detail) => {
    expect(await parsePublicKeys(text)).toEqual({ ok: false, error: { reason: "key_invalid", detail } });
  });

  test("count to the second, both ends included", () => {
    const key = { ...exampleTrustedKeys[0], notBefore: "2026-01-01T00:00:00Z", notAfter: "2026-12-31T23:59:59Z" };
    expect(
      [
        "2025-12-31T23:59:59.999Z",
        "2026-01-01T00:00:00.000Z",
        "2026-06-01T12:00:00Z",
        "2026-12-31T23:59:59.999Z",
        "2027-01-01T00:00:00.000Z",
      ].map((at) => isTrustedAt(key, at)),
    ).toEqual([false, true, true, true, false]);
    expect(isTrustedAt(exampleTrustedKeys[0], "1970-01-01T00:00:00Z")).toBe(true);
  });
});

test("a hint is the SHA-256 of the PEM text that OpenSSL would write", async () => {
  const canonical = createPublicKey(oneLine(referencePublicKeyPem)).export({ type: "spki", format: "pem" });
  const keys = await parsePublicKeys(referencePublicKeyPem);
  expect(keys.ok && keys.value[0].hint).toBe(createHash("sha256").update(canonical).digest("hex"));
});

test("a key is written as it was read", async () => {
  const keys = await parsePublicKeys(oneLine(referencePublicKeyPem));
  expect(keys.ok && (await publicKeyPem(keys.value[0].key))).toBe(referencePublicKeyPem);
});

test("PEM lines have 64 characters, the last one what is left", () => {
  expect(toPem(new Uint8Array(49))).toBe(
    `-----BEGIN PUBLIC KEY-----\n${"A".repeat(64)}\nAA==\n-----END PUBLIC KEY-----\n`,
  );
});
