// What the reference signing tool signs, verifies here.

import { expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { parsePublicKeys } from "../../../src/bundle/signature/public-key.ts";
import { verifyManifest } from "../../../src/bundle/signature/verify-bundle.ts";
import { referenceManifest, referencePublicKeyPem, referenceSignature } from "./reference-signature.ts";

async function verifyReference(manifestText: string, signatureText: string) {
  const keys = await parsePublicKeys(referencePublicKeyPem);
  return verifyManifest(toUtf8(manifestText), toUtf8(signatureText), keys.ok ? keys.value : [], "2026-11-22T10:00:00Z");
}

test("accepts a bundle that the reference tool signed", async () => {
  expect(await verifyReference(referenceManifest, referenceSignature)).toMatchObject({
    ok: true,
    value: {
      manifest: { name: "two-shades", version: "1.0.0" },
      digest: "37a1b5d7710754172dc2f56dc5595fcb0eec56adb0b0acd21e65b52a6b0d634d",
      statement: {
        resources: [
          { name: "bundle.json", digest: "37a1b5d7710754172dc2f56dc5595fcb0eec56adb0b0acd21e65b52a6b0d634d" },
          { name: "model.json", digest: "df28ae0d718d82a1ff7aed1191102abb289d613b93fbf1be4b9567d05a599e7c" },
          { name: "weights.bin", digest: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a" },
        ],
        ignoredPaths: [".github", ".git", "examples", "model.sig", ".gitignore", ".gitattributes"],
      },
    },
  });
});

test("rejects the same bundle with one letter of its manifest changed", async () => {
  const changed = referenceManifest.replace("Dark or light", "Dark or Light");
  expect(await verifyReference(changed, referenceSignature)).toMatchObject({
    ok: false,
    error: { reason: "digest_mismatch" },
  });
});

test("rejects the same bundle with one letter of its signature changed", async () => {
  const changed = referenceSignature.replace('"sig":"MEUCIQCps3', '"sig":"MEUCIQCpt3');
  expect(await verifyReference(referenceManifest, changed)).toMatchObject({
    ok: false,
    error: { reason: "signature_invalid" },
  });
});
