// A signature, the manifest under it and the files under that: one changed byte anywhere is noticed.

import { beforeAll, describe, expect, test } from "vitest";
import { fromBase64, fromJsonBytes, fromUtf8, toBase64, toUtf8 } from "../../../src/base/bytes.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import { parsePublicKeys, type PublicKey } from "../../../src/bundle/signature/public-key.ts";
import { signBundle } from "../../../src/bundle/signature/sign-bundle.ts";
import { verifyFile, verifyManifest, verifySignature } from "../../../src/bundle/signature/verify-bundle.ts";
import { exampleBundle, exampleResources } from "../example-bundle.ts";
import { exampleKey, exampleTrustedKeys } from "./example-key.ts";
import { referencePublicKeyPem } from "./reference-signature.ts";

type Signature = {
  mediaType: string;
  verificationMaterial: { publicKey: { hint: string } };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
};

const AT = "2026-11-22T10:00:00Z";
const { manifestBytes, manifest, digest } = exampleBundle;
let signatureBytes: Uint8Array<ArrayBuffer>;
let otherKeys: PublicKey[];

beforeAll(async () => {
  signatureBytes = await signBundle("chest-xray", exampleResources, exampleKey);
  const others = await parsePublicKeys(referencePublicKeyPem);
  otherKeys = others.ok ? others.value : [];
});

/** The signature file with something in it changed. */
function tampered(change: (signature: Signature) => void): Uint8Array<ArrayBuffer> {
  const signature: Signature = JSON.parse(fromUtf8(signatureBytes) ?? "");
  change(signature);
  return toUtf8(JSON.stringify(signature));
}

/** Base64 with the lowest bit of one byte flipped; a negative index counts from the end. */
function flipByte(base64: string, index: number): string {
  const bytes = fromBase64(base64) ?? new Uint8Array();
  bytes[index < 0 ? bytes.length + index : index] ^= 1;
  return toBase64(bytes);
}

const refused = (reason: string, detail: string) => ({ ok: false, error: { reason, detail } });

describe("a signature of our own", () => {
  test("verifies, and gives the manifest, its digest and the signed files", async () => {
    const verified = await verifyManifest(manifestBytes, signatureBytes, exampleTrustedKeys, AT);
    expect(verified).toMatchObject({
      ok: true,
      value: { manifest, digest, statement: { resources: exampleResources } },
    });
  });

  test("verifies whichever of several trusted keys made it", async () => {
    expect(otherKeys.length).toBe(1);
    const verified = await verifyManifest(manifestBytes, signatureBytes, [...otherKeys, ...exampleTrustedKeys], AT);
    expect(verified.ok).toBe(true);
  });

  test("has the layout of a Sigstore bundle, with an empty key id and no log entries", () => {
    expect(fromJsonBytes(signatureBytes)).toEqual({
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: { publicKey: { hint: exampleTrustedKeys[0].hint }, tlogEntries: [] },
      dsseEnvelope: {
        payload: expect.any(String),
        payloadType: "application/vnd.in-toto+json",
        signatures: [{ sig: expect.stringMatching(/^ME[QUY]/), keyid: "" }],
      },
    });
  });

  test.each([
    ["no key is trusted", () => []],
    ["only another key is trusted", () => otherKeys],
  ])("is untrusted when %s", async (_what, trustedKeys) => {
    expect(await verifyManifest(manifestBytes, signatureBytes, trustedKeys(), AT)).toEqual(
      refused("signature_untrusted", "model.sig was made by a key that is not trusted here"),
    );
  });

  test("is untrusted before its key is trusted and afterwards, and a second entry of the key may extend its time", async () => {
    const [key] = exampleTrustedKeys;
    const spring = { ...key, notBefore: "2026-03-01T00:00:00Z", notAfter: "2026-05-31T23:59:59Z" };
    const autumn = { ...key, notBefore: "2026-09-01T00:00:00Z" };
    const verifiedAt = async (at: string, keys: PublicKey[]) =>
      (await verifyManifest(manifestBytes, signatureBytes, keys, at)).ok;
    expect(await verifiedAt("2026-02-28T23:59:59Z", [spring])).toBe(false);
    expect(await verifiedAt("2026-04-01T00:00:00Z", [spring])).toBe(true);
    expect(await verifiedAt(AT, [spring])).toBe(false);
    expect(await verifiedAt(AT, [spring, autumn])).toBe(true);
    expect(await verifyManifest(manifestBytes, signatureBytes, [spring], AT)).toEqual(
      refused("signature_untrusted", "model.sig was made by a key that is not trusted at this time"),
    );
  });
});

describe("refuses a signature file", () => {
  test("whose hint differs by one digit", async () => {
    const bytes = tampered(({ verificationMaterial: { publicKey } }) => {
      publicKey.hint = publicKey.hint.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    });
    expect(await verifySignature(bytes, exampleTrustedKeys, AT)).toEqual(
      refused("signature_untrusted", "model.sig was made by a key that is not trusted here"),
    );
  });

  test("that names a trusted key which did not make it", async () => {
    const bytes = tampered(({ verificationMaterial: { publicKey } }) => {
      publicKey.hint = otherKeys[0].hint;
    });
    expect(await verifySignature(bytes, otherKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig does not verify with the key it names"),
    );
  });

  test.each([0, 100, -1])("whose payload differs by one bit in byte %i", async (index) => {
    const bytes = tampered(({ dsseEnvelope }) => {
      dsseEnvelope.payload = flipByte(dsseEnvelope.payload, index);
    });
    expect(await verifySignature(bytes, exampleTrustedKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig does not verify with the key it names"),
    );
  });

  test.each([10, 30, -1])("whose signature differs by one bit in byte %i", async (index) => {
    const bytes = tampered(({ dsseEnvelope: { signatures } }) => {
      signatures[0].sig = flipByte(signatures[0].sig, index);
    });
    expect(await verifySignature(bytes, exampleTrustedKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig does not verify with the key it names"),
    );
  });

  test.each<[what: string, change: (signature: Signature) => void]>([
    [
      "DER with another tag",
      ({ dsseEnvelope: { signatures } }) => void (signatures[0].sig = flipByte(signatures[0].sig, 0)),
    ],
    ["no signature bytes", ({ dsseEnvelope: { signatures } }) => void (signatures[0].sig = "")],
    ["a signature that is not base64", ({ dsseEnvelope: { signatures } }) => void (signatures[0].sig = "?")],
    ["a payload that is not base64", ({ dsseEnvelope }) => void (dsseEnvelope.payload = "?")],
  ])("with %s", async (_what, change) => {
    expect(await verifySignature(tampered(change), exampleTrustedKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig holds a malformed payload or signature"),
    );
  });

  test.each<[what: string, change: (signature: Signature) => void]>([
    ["another media type", (signature) => void (signature.mediaType = "application/json")],
    ["another payload type", ({ dsseEnvelope }) => void (dsseEnvelope.payloadType = "application/json")],
    ["two signatures", ({ dsseEnvelope: { signatures } }) => void signatures.push(signatures[0])],
    ["no signature", ({ dsseEnvelope: { signatures } }) => void signatures.pop()],
  ])("with %s", async (_what, change) => {
    expect(await verifySignature(tampered(change), exampleTrustedKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig is not a model signing bundle"),
    );
  });

  test("without bytes", async () => {
    expect(await verifySignature(new Uint8Array(), exampleTrustedKeys, AT)).toEqual(
      refused("signature_invalid", "model.sig is not a model signing bundle"),
    );
  });
});

describe("refuses a manifest", () => {
  test.each([0, 500, manifestBytes.length - 1])("that differs by one bit in byte %i", async (index) => {
    const changed = manifestBytes.slice();
    changed[index] ^= 1;
    expect(await verifyManifest(changed, signatureBytes, exampleTrustedKeys, AT)).toEqual(
      refused("digest_mismatch", "bundle.json is not the signed one"),
    );
  });

  test("that is not signed at all", async () => {
    const signature = await signBundle("chest-xray", exampleResources.slice(1), exampleKey);
    expect(await verifyManifest(manifestBytes, signature, exampleTrustedKeys, AT)).toEqual(
      refused("digest_mismatch", "bundle.json is not the signed one"),
    );
  });

  test("that is signed and not valid", async () => {
    const bytes = toUtf8("{}");
    const signature = await signBundle("x", [{ name: "bundle.json", digest: await sha256Hex(bytes) }], exampleKey);
    expect(await verifyManifest(bytes, signature, exampleTrustedKeys, AT)).toMatchObject({
      ok: false,
      error: { reason: "manifest_invalid" },
    });
  });

  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  test.each([
    ["lists a file that is not signed", exampleResources.slice(0, 2)],
    ["does not list a file that is signed", [...exampleResources, { name: "stranger.bin", digest: abc }]],
    ["lists a file under another name", [...exampleResources.slice(0, 2), { ...exampleResources[2], name: "weights" }]],
    ["lists a file with another digest", [...exampleResources.slice(0, 2), { ...exampleResources[2], digest: abc }]],
  ])("that %s", async (_what, resources) => {
    const signature = await signBundle("chest-xray", resources, exampleKey);
    expect(await verifyManifest(manifestBytes, signature, exampleTrustedKeys, AT)).toEqual(
      refused("files_mismatch", "the signed files are not the files that bundle.json lists"),
    );
  });
});

describe("verifyFile", () => {
  const weights = Uint8Array.of(1, 2, 3, 4);

  test("gives the bytes that were signed", async () => {
    expect(await verifyFile(weights, manifest.files[1])).toEqual({ ok: true, value: weights });
  });

  test.each([
    ["weights that differ by one byte", Uint8Array.of(1, 2, 3, 5)],
    ["weights that are one byte short", Uint8Array.of(1, 2, 3)],
    ["weights that go on", Uint8Array.of(1, 2, 3, 4, 0)],
    ["no bytes", new Uint8Array()],
  ])("rejects %s", async (_what, bytes) => {
    expect(await verifyFile(bytes, manifest.files[1])).toEqual(
      refused("digest_mismatch", "weights.bin is not the file that was signed"),
    );
  });

  test("rejects the signed bytes under a wrong length", async () => {
    expect((await verifyFile(weights, { ...manifest.files[1], bytes: 5 })).ok).toBe(false);
  });
});
