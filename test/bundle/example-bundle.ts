// A small bundle in memory: the example manifest and the two files it lists.

import { toUtf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/sha256.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Resource } from "../../src/bundle/signature/statement.ts";
import { exampleManifest } from "./example-manifest.ts";

const manifestBytes = toUtf8(`${JSON.stringify(exampleManifest, undefined, 2)}\n`);

export const exampleBundle = {
  manifest: exampleManifest as Manifest,
  manifestBytes,
  digest: await sha256Hex(manifestBytes),
  files: new Map([
    ["model.json", toUtf8('{"format":"graph-model"}\n')],
    ["weights.bin", Uint8Array.of(1, 2, 3, 4)],
  ]),
};

/** What a signature of the bundle covers. */
export const exampleResources: Resource[] = [
  { name: "bundle.json", digest: exampleBundle.digest },
  { name: "model.json", digest: "df28ae0d718d82a1ff7aed1191102abb289d613b93fbf1be4b9567d05a599e7c" },
  { name: "weights.bin", digest: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a" },
];
