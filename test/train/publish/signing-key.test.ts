// Signing keys as files: who may read them, what is never overwritten, and which kinds are read.

import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publicKeyHint, publicKeyPem } from "../../../src/bundle/signature/public-key.ts";
import { readSigningKey, writeNewSigningKey } from "../../../train/publish/signing-key.ts";
import { exampleKey } from "../../bundle/signature/example-key.ts";

/** The example key, whose private number is 1, as `openssl ecparam -name prime256v1 -genkey` lays out a key. */
const SEC1 = `-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABoAoGCCqGSM49
AwEHoUQDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/
m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END EC PRIVATE KEY-----
`;
const PKCS8 = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAGhRANCAARrF9Hy4SxCR/i85uVjpEDydwN9gS3r
M6D0oTlF2JjClk/jQuL+Gn+bjufrSnwPnhYrzjNXazFezsu2QGg3v1H1
-----END PRIVATE KEY-----
`;

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-key-"));
  path = join(folder, "keys", "signing.pem");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a new key", () => {
  test("can be read by its owner alone", async () => {
    expect(await writeNewSigningKey(path)).toEqual({ ok: true, value: null });
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
  });

  test("never takes the place of a file that is there", async () => {
    await writeNewSigningKey(path);
    const first = await readFile(path, "utf8");
    expect(await writeNewSigningKey(path)).toEqual({
      ok: false,
      error: { reason: "key_exists", detail: `${path} cannot be written; a key that is there already is kept` },
    });
    expect(await readFile(path, "utf8")).toBe(first);
  });

  test("is another one each time", async () => {
    await writeNewSigningKey(path);
    await writeNewSigningKey(`${path}.2`);
    expect(await readFile(path, "utf8")).not.toBe(await readFile(`${path}.2`, "utf8"));
  });

  test("is PKCS#8 PEM of an ECDSA P-256 key, and reads back as a pair that fits", async () => {
    await writeNewSigningKey(path);
    const pem = await readFile(path, "utf8");
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(pem).asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    const key = await readSigningKey(path);
    if (!key.ok) throw new Error(key.error.detail);
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(algorithm, key.value.privateKey, Uint8Array.of(1));
    expect(await crypto.subtle.verify(algorithm, key.value.publicKey, signature, Uint8Array.of(1))).toBe(true);
  });
});

describe("readSigningKey", () => {
  test.each([
    ["SEC 1 with its parameters, as openssl ecparam makes it", SEC1],
    ["SEC 1 alone", SEC1.slice(SEC1.indexOf("-----BEGIN EC PRIVATE"))],
    ["PKCS#8", PKCS8],
    ["PKCS#8 with the line breaks of Windows", PKCS8.replaceAll("\n", "\r\n")],
  ])("reads %s", async (_what, pem) => {
    const file = join(folder, "key.pem");
    await writeFile(file, pem);
    const key = await readSigningKey(file);
    expect(key.ok && (await publicKeyHint(key.value.publicKey))).toBe(await publicKeyHint(exampleKey.publicKey));
  });

  test("says how to make a key where there is none", async () => {
    expect(await readSigningKey(path)).toEqual({
      ok: false,
      error: {
        reason: "key_missing",
        detail: `there is no signing key at ${path}; make one with: npm run edgescope -- keygen ${path}`,
      },
    });
  });

  const pkcs8 = { type: "pkcs8", format: "pem" } as const;
  test.each([
    ["an RSA key", async () => generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pkcs8)],
    ["a P-384 key", async () => generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export(pkcs8)],
    ["an Ed25519 key", async () => generateKeyPairSync("ed25519").privateKey.export(pkcs8)],
    [
      "an encrypted key",
      async () => createPrivateKey(PKCS8).export({ ...pkcs8, cipher: "aes-256-cbc", passphrase: "secret" }),
    ],
    ["a public key", () => publicKeyPem(exampleKey.publicKey)],
    ["an empty file", async () => ""],
    ["half a key", async () => PKCS8.slice(0, 100)],
  ])("refuses %s with a sentence", async (_what, makePem) => {
    const file = join(folder, "key.pem");
    await writeFile(file, await makePem());
    expect(await readSigningKey(file)).toEqual({
      ok: false,
      error: { reason: "key_invalid", detail: `${file} is not an unencrypted ECDSA P-256 private key in PEM` },
    });
  });
});
