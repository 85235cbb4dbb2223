// What is read from object storage, by whoever may have written there: manifests, signatures, golden vectors, statistics,
// keys, channel documents and whole bundles.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { memory } from "@tensorflow/tfjs-core";
import { fromJsonBytes, fromUtf8, toBase64, toUtf8 } from "../../../src/base/bytes.ts";
import { parseFeatureStatistics } from "../../../src/bundle/feature-statistics.ts";
import { parseGolden } from "../../../src/bundle/golden.ts";
import { parseManifest } from "../../../src/bundle/manifest.ts";
import { parsePublicKeys, publicKeyPem } from "../../../src/bundle/signature/public-key.ts";
import { verifyManifest } from "../../../src/bundle/signature/verify-bundle.ts";
import { loadModel } from "../../../src/model/load-model.ts";
import { parseChannels, writeChannels, type Channels } from "../../../src/registry/channels/channels.ts";
import { planPromotion } from "../../../src/registry/channels/plan-promotion.ts";
import { planRollback } from "../../../src/registry/channels/plan-rollback.ts";
import { readChannels } from "../../../src/registry/channels/read-channels.ts";
import { fetchBundle } from "../../../src/registry/fetch-bundle.ts";
import { blobKey, channelsKey, manifestKey, signatureKey } from "../../../src/registry/layout.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { readBundleFolder } from "../../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { createKey, MODELS_FOLDER, signedRelease } from "../../registry/signed-bundle.ts";
import type { Chance } from "../hostile/chance.ts";
import { mutateBytes } from "../hostile/mutate-bytes.ts";
import { mutateJson, mutateValue } from "../hostile/mutate-json.ts";
import { MODEL, VERSION } from "./serve-hostile.ts";
import { expectSo, type Target, type Trial } from "./target.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const AT = "2026-11-22T10:00:00Z";

const reasonOf = (result: { ok: true } | { ok: false; error: { reason: string } }): string =>
  result.ok ? "taken" : result.error.reason;

const released = async (model: string) => {
  const read = await readBundleFolder(join(MODELS_FOLDER, model));
  if (!read.ok) throw new Error(read.error.detail);
  return read.value;
};

const mutateFile = (file: Bytes, chance: Chance): Bytes =>
  chance.once(4) ? mutateBytes(file, chance) : mutateJson(fromJsonBytes(file), chance);

export const STORED_FILE_TARGETS: Target[] = [
  {
    name: "bundle-files",
    share: 4,
    open: async () => {
      const files = await Promise.all(
        ["mnist", "mnist-cnn", "pneumonia"].map(async (model) => {
          const { files: of, manifest } = await released(model);
          const gate = manifest.decision.abstention.outOfDistribution;
          return {
            manifest,
            golden: of.get("golden.json") ?? new Uint8Array(),
            statistics: (gate?.method === "mahalanobis" && of.get(gate.file)) || new Uint8Array(),
          };
        }),
      );
      return (chance) => {
        const { manifest, golden, statistics } = chance.oneOf(files);
        const kind = chance.oneOf(["manifest", "manifest", "golden", "statistics"]);
        const input = { manifest, golden, statistics }[kind as "manifest"] as unknown;
        const bytes =
          input instanceof Uint8Array ? mutateFile(Uint8Array.from(input), chance) : mutateJson(input, chance);
        return {
          input: bytes,
          async put() {
            const parse = { golden: parseGolden, statistics: parseFeatureStatistics }[kind];
            return `${kind} ${reasonOf(parse ? parse(bytes) : parseManifest(fromJsonBytes(bytes)))}`;
          },
        };
      };
    },
  },
  {
    name: "signatures",
    share: 3,
    open: async () => {
      const [key, other] = [await createKey(), await createKey()];
      const release = await signedRelease(MODEL, key, VERSION);
      const pem = await publicKeyPem(key.publicKey.key);
      const dated = `# not-before: 2026-01-01T00:00:00Z\n# not-after: 2027-01-01T00:00:00Z\n${pem}`;
      return (chance) => {
        if (chance.once(5)) return tryKeys(mutateBytes(toUtf8(chance.once(2) ? dated : pem + pem), chance));
        const input = {
          signature: hostileSignature(release.signatureBytes, chance),
          manifest: chance.once(4) ? mutateFile(release.manifestBytes, chance) : release.manifestBytes,
        };
        return {
          input,
          async put() {
            const keys = [other.publicKey, key.publicKey];
            const verified = await verifyManifest(input.manifest, input.signature, keys, AT);
            expectSo(
              !verified.ok || verified.value.digest === release.digest,
              "another manifest than the signed was taken",
            );
            return reasonOf(verified);
          },
        };
      };
    },
  },
  {
    name: "channels",
    share: 4,
    open: async () => {
      const documents = [channelDocument(), { ...channelDocument(), schemaVersion: 1, history: [] }];
      return (chance) => {
        const input = mutateFile(writeChannels(chance.oneOf(documents) as Channels), chance);
        return { input, put: () => tryChannels(input) };
      };
    },
  },
  {
    name: "bundles",
    share: 1,
    open: async () => {
      await useWasmBackend();
      const bundle = await released(MODEL);
      const evaluation = new Uint8Array(await readFile(join(MODELS_FOLDER, MODEL, "evaluation.json")));
      expectSo(loadModel(bundle).ok, "the released bundle does not load");
      return (chance) => {
        const files = new Map(bundle.files);
        const path = chance.oneOf(["model.json", "model.json", "model.json", "golden.json", "weights-1.bin"]);
        const file = files.get(path) ?? evaluation;
        const bytes = path === "weights-1.bin" ? mutateBytes(file, chance) : mutateFile(file, chance);
        files.set(path, bytes);
        return {
          input: { [path]: bytes },
          async put() {
            const tensors = memory().numTensors;
            const loaded = loadModel({ ...bundle, files });
            if (loaded.ok) loaded.value.dispose();
            expectSo(memory().numTensors === tensors, `${memory().numTensors - tensors} tensors were left behind`);
            return reasonOf(loaded);
          },
        };
      };
    },
  },
  {
    name: "stored-bundles",
    share: 1,
    open: async () => {
      const key = await createKey();
      const release = await signedRelease(MODEL, key, VERSION);
      const stored = new Map<string, Bytes>([
        [manifestKey(MODEL, VERSION), release.manifestBytes],
        [signatureKey(MODEL, VERSION), release.signatureBytes],
        ...release.manifest.files.map(
          ({ path, sha256 }) => [blobKey(sha256), release.files.get(path) ?? new Uint8Array()] as [string, Bytes],
        ),
      ]);
      const pointer = { version: VERSION, digest: release.digest };
      return (chance) => {
        const name = chance.oneOf([...stored.keys()]);
        const bytes = mutateFile(stored.get(name) ?? new Uint8Array(), chance);
        return {
          input: { [name]: bytes },
          async put() {
            const objects = new Map([...stored].map(([each, file]) => [each, { bytes: file, etag: "1" }]));
            objects.set(name, { bytes, etag: "2" });
            const terms = { trustedKeys: [key.publicKey], at: AT, maxBytes: 2 ** 26 };
            const fetched = await fetchBundle(createMemoryStore(objects), MODEL, pointer, terms);
            const isSame = Buffer.compare(bytes, stored.get(name) ?? new Uint8Array()) === 0;
            expectSo(!fetched.ok || isSame || name === signatureKey(MODEL, VERSION), "a changed file was taken");
            return reasonOf(fetched);
          },
        };
      };
    },
  },
];

function tryKeys(pem: Bytes): Trial {
  return {
    input: pem,
    put: async () => `keys ${reasonOf(await parsePublicKeys(fromUtf8(pem) ?? String.fromCharCode(...pem)))}`,
  };
}

/** Damaged outside, or in the statement inside the envelope. */
function hostileSignature(signature: Bytes, chance: Chance): Bytes {
  if (chance.once(2)) return mutateFile(signature, chance);
  const envelope = structuredClone(fromJsonBytes(signature)) as { dsseEnvelope: { payload: string } };
  const statement = JSON.parse(Buffer.from(envelope.dsseEnvelope.payload, "base64").toString()) as unknown;
  envelope.dsseEnvelope.payload = toBase64(toUtf8(JSON.stringify(mutateValue(statement, chance)) ?? ""));
  return toUtf8(JSON.stringify(envelope));
}

const digest = (digit: string) => digit.repeat(64);

function channelDocument(): Channels {
  const change = { at: AT, by: "tester" };
  return {
    schemaVersion: 2,
    model: MODEL,
    channels: {
      stable: { version: "1.1.0", digest: digest("a") },
      canary: { version: "1.2.0", digest: digest("b"), percent: 10 },
    },
    history: [
      { action: "promote", channel: "stable", version: "1.0.0", digest: digest("c"), ...change },
      { action: "promote", channel: "stable", version: "1.1.0", digest: digest("a"), ...change },
      { action: "promote", channel: "canary", version: "1.2.0", digest: digest("b"), percent: 10, ...change },
    ],
  };
}

/** Whatever is read of it can be promoted, rolled back and written again. */
async function tryChannels(document: Bytes): Promise<string> {
  const objects = new Map([[channelsKey(MODEL), { bytes: document, etag: "1" }]]);
  const read = await readChannels(createMemoryStore(objects), MODEL);
  if (!read.ok) return read.error.reason;
  const { channels } = read.value;
  const author = { at: AT, by: "fuzz" };
  const rolledBack = planRollback(channels, "stable", author);
  const order = { move: { channel: "stable", to: { version: "2.0.0", digest: digest("d") } } };
  const promoted = planPromotion(channels, order, author);
  expectSo(promoted.ok && promoted.value.length > 0, "what was read cannot be promoted over");
  expectSo(parseChannels(writeChannels(channels)) !== undefined, "what was read and written again cannot be read");
  return `read, rollback ${reasonOf(rolledBack)}`;
}
