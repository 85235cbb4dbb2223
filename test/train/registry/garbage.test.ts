// What is collected from a registry and what is not, over a store in memory whose clock the test moves.

import { beforeEach, describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { fail } from "../../../src/base/result.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import { changeChannels, readForChange } from "../../../src/registry/channels/change-channels.ts";
import { planPromotion, type PromotionOrder } from "../../../src/registry/channels/plan-promotion.ts";
import { blobKey, channelsKey, manifestKey } from "../../../src/registry/layout.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import type { ObjectStore, StoredObject } from "../../../src/registry/store/object-store.ts";
import { publishBundle } from "../../../src/registry/publish-bundle.ts";
import { withManifest } from "../../../train/pack/pack-bundle.ts";
import { findGarbage } from "../../../train/registry/find-garbage.ts";
import { removeGarbage } from "../../../train/registry/remove-garbage.ts";
import { createKey, fetchChannel, sign, signedDigits } from "../../registry/signed-bundle.ts";

const DAY = 24 * 60 * 60 * 1000;
const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
const key = await createKey();

let clock: { ms: number };
let objects: Map<string, StoredObject>;
let store: ObjectStore;

beforeEach(() => {
  clock = { ms: 0 };
  objects = new Map();
  store = createMemoryStore(objects, () => clock.ms);
});

/** The digits under a version, with a file of their own that no other version has. */
async function publish(version: string, channel?: string): Promise<{ own: string }> {
  const note = toUtf8(`what is special about ${version}\n`);
  const { manifest, files } = await signedDigits(key, version);
  const { files: _, ...description } = manifest;
  const bundle = await withManifest(description, new Map([...files, ["NOTE.md", note]]));
  const published = await publishBundle(store, await sign(bundle, key), {
    ...author,
    ...(channel !== undefined && { channel }),
  });
  if (!published.ok) throw new Error(published.error.detail);
  return { own: blobKey(await sha256Hex(note)) };
}

async function promote(order: PromotionOrder): Promise<void> {
  const read = await readForChange(store, "mnist");
  if (read.ok) await changeChannels(store, read.value, (before) => planPromotion(before, order, author));
}

const policy = (keepVersions = 10) => ({ writtenBefore: clock.ms - 7 * DAY, keepVersions });

/** Versions and blobs that would be removed. */
async function garbage(keepVersions?: number) {
  const found = await findGarbage(store, policy(keepVersions));
  if (!found.ok) return found.error;
  return {
    versions: found.value.versions.map(({ version }) => version),
    blobs: found.value.blobs.map((blob) => blob.key),
  };
}

async function collect(keepVersions?: number) {
  const found = await findGarbage(store, policy(keepVersions));
  if (!found.ok) throw new Error(found.error.detail);
  return removeGarbage(store, found.value, policy(keepVersions));
}

describe("garbage is", () => {
  test("a version that nothing names, with the blobs that no other version has, once the days of grace are over", async () => {
    await publish("1.0.0", "stable");
    const { own } = await publish("1.1.0");
    clock.ms = 7 * DAY;
    expect(await garbage()).toEqual({ versions: [], blobs: [] });
    clock.ms += 1;
    expect(await garbage()).toEqual({ versions: ["1.1.0"], blobs: [own] });
  });

  test("not what a channel names, canary and shadow among them", async () => {
    await publish("1.0.0", "stable");
    const canary = await readVersion("1.1.0");
    const shadow = await readVersion("1.2.0");
    await promote({ canary: { percent: 10, to: canary }, shadow });
    clock.ms = 100 * DAY;
    expect(await garbage(1)).toEqual({ versions: [], blobs: [] });
  });

  test("not what the last versions of a channel's history were, and what lies further back is", async () => {
    const owns = [];
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) owns.push((await publish(version, "stable")).own);
    clock.ms = 100 * DAY;
    expect(await garbage(3)).toEqual({ versions: [], blobs: [] });
    expect(await garbage(2)).toEqual({ versions: ["1.0.0"], blobs: [owns[0]] });
    expect(await garbage(1)).toEqual({ versions: ["1.0.0", "1.1.0"], blobs: [owns[0], owns[1]].toSorted() });
  });

  test("what a publication that was cut short left, after the days of grace", async () => {
    await store.put(blobKey("0".repeat(64)), toUtf8("cut"), { kind: "create" });
    expect(await garbage()).toEqual({ versions: [], blobs: [] });
    clock.ms = 7 * DAY + 1;
    expect(await garbage()).toEqual({ versions: [], blobs: [blobKey("0".repeat(64))] });
  });

  test("nothing that no registry writes", async () => {
    for (const name of ["blobs/sha256/readme", "bundles/mnist/notes.txt", "bundles/Mnist/1.0.0/bundle.json", "other"]) {
      await store.put(name, toUtf8("x"), { kind: "create" });
    }
    clock.ms = 100 * DAY;
    expect(await garbage()).toEqual({ versions: [], blobs: [] });
  });

  test.each<[what: string, spoil: () => void]>([
    ["channel document", () => void objects.set(channelsKey("mnist"), { bytes: toUtf8("{"), etag: "x" })],
    [
      "manifest of a version that is named",
      () => void objects.set(manifestKey("mnist", "1.0.0"), { bytes: toUtf8("{"), etag: "x" }),
    ],
  ])("nothing at all where a %s cannot be read", async (_what, spoil) => {
    await publish("1.0.0", "stable");
    await publish("1.1.0");
    clock.ms = 100 * DAY;
    spoil();
    expect(await garbage()).toMatchObject({ reason: "registry_unreadable" });
  });

  test("nothing at all where storage does not answer", async () => {
    store = { ...store, list: async () => fail("storage_unavailable", "down") };
    expect(await garbage()).toMatchObject({ reason: "storage_unavailable" });
  });
});

describe("collecting", () => {
  test("removes versions and blobs, and what is named still verifies", async () => {
    await publish("1.0.0", "stable");
    const { own } = await publish("1.1.0");
    clock.ms = 8 * DAY;
    await collect();
    expect([...objects.keys()].filter((name) => name.includes("1.1.0") || name === own)).toEqual([]);
    expect(await fetchChannel(store, [key.publicKey])).toMatchObject({ ok: true });
    expect(await garbage()).toEqual({ versions: [], blobs: [] });
  });

  test("leaves a version that was promoted since it was found", async () => {
    await publish("1.0.0", "stable");
    const to = await readVersion("1.1.0");
    clock.ms = 8 * DAY;
    const found = await findGarbage(store, policy());
    await promote({ move: { channel: "stable", to } });
    const removed = found.ok && (await removeGarbage(store, { ...found.value, blobs: [] }, policy()));
    expect(removed).toEqual({ ok: true, value: { versions: [], blobs: [] } });
    expect(await fetchChannel(store, [key.publicKey])).toMatchObject({ ok: true });
  });

  test("leaves a blob that a publication has written again since it was found", async () => {
    const { own } = await publish("1.0.0");
    clock.ms = 8 * DAY;
    const found = await findGarbage(store, policy());
    await publish("1.0.0", "stable");
    if (!found.ok) throw new Error(found.error.detail);
    expect(found.value.blobs.map((blob) => blob.key)).toContain(own);
    expect(await removeGarbage(store, found.value, policy())).toEqual({ ok: true, value: { versions: [], blobs: [] } });
    expect(await fetchChannel(store, [key.publicKey])).toMatchObject({ ok: true });
  });

  test.each([0, 1, 2])(
    "cut short after %i removals leaves no version without its files, and a rerun finishes",
    async (removals) => {
      await publish("1.0.0", "stable");
      const { own } = await publish("1.1.0");
      clock.ms = 8 * DAY;
      let left = removals;
      const cut: ObjectStore = {
        ...store,
        remove: async (name) => (left-- > 0 ? store.remove(name) : fail("storage_unavailable", "cut")),
      };
      const found = await findGarbage(store, policy());
      if (!found.ok) throw new Error(found.error.detail);
      expect(await removeGarbage(cut, found.value, policy())).toMatchObject({ ok: false });
      expect(objects.has(manifestKey("mnist", "1.1.0")) && !objects.has(own)).toBe(false);
      await collect();
      expect([...objects.keys()].filter((name) => name.includes("1.1.0") || name === own)).toEqual([]);
    },
  );
});

/** Publishes a version without a channel, and gives what a channel may name. */
async function readVersion(version: string) {
  await publish(version);
  const stored = objects.get(manifestKey("mnist", version));
  return { version, digest: await sha256Hex(stored?.bytes ?? new Uint8Array()) };
}
