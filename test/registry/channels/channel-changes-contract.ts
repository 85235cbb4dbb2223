// What changing channels promises over any store: of two changes at the same time one wins. Run where each store lives.

import { beforeEach, describe, expect, test } from "vitest";
import { changeChannels, readForChange } from "../../../src/registry/channels/change-channels.ts";
import { planPromotion } from "../../../src/registry/channels/plan-promotion.ts";
import { planRollback } from "../../../src/registry/channels/plan-rollback.ts";
import { readChannels } from "../../../src/registry/channels/read-channels.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";

const author = (by: string) => ({ at: "2026-11-22T10:00:00Z", by });
const pointer = (version: string) => ({ version, digest: version.replaceAll(".", "").padEnd(64, "0") });

export function describeChannelChanges(name: string, createStore: () => Promise<ObjectStore>): void {
  describe(`channels over ${name}`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await createStore();
    });

    const read = async () => {
      const document = await readForChange(store, "mnist");
      if (!document.ok) throw new Error(document.error.detail);
      return document.value;
    };

    /** Promotes on the ground of what was read, which may be old. */
    const promote = async (before: Awaited<ReturnType<typeof read>>, version: string, by: string) => {
      const order = { move: { channel: "stable", to: pointer(version) } };
      const changed = await changeChannels(store, before, (channels) => planPromotion(channels, order, author(by)));
      return changed.ok ? "won" : changed.error.reason;
    };

    const stored = async () => {
      const document = await readChannels(store, "mnist");
      if (!document.ok) throw new Error(document.error.detail);
      return document.value.channels;
    };

    test("of two first publications at the same time one wins", async () => {
      const before = await read();
      const outcomes = await Promise.all([promote(before, "1.0.0", "ann"), promote(before, "1.0.1", "bob")]);
      expect(outcomes.toSorted()).toEqual(["channel_conflict", "won"]);
      expect((await stored()).history).toHaveLength(1);
    });

    test("of two promotions at the same time one wins, and its name stands in the history alone", async () => {
      await promote(await read(), "1.0.0", "ann");
      const before = await read();
      const outcomes = await Promise.all([promote(before, "1.1.0", "ann"), promote(before, "1.2.0", "bob")]);
      expect(outcomes.toSorted()).toEqual(["channel_conflict", "won"]);
      const [by, version] = outcomes[0] === "won" ? ["ann", "1.1.0"] : ["bob", "1.2.0"];
      const { channels, history } = await stored();
      expect(channels["stable"]).toEqual(pointer(version));
      expect(history.map((entry) => `${entry.by} ${entry.version}`)).toEqual(["ann 1.0.0", `${by} ${version}`]);
    });

    test("a promotion on the ground of what is no longer so loses, a rollback too", async () => {
      await promote(await read(), "1.0.0", "ann");
      await promote(await read(), "1.1.0", "ann");
      const before = await read();
      expect(await promote(await read(), "1.2.0", "bob")).toBe("won");
      expect(await promote(before, "1.3.0", "ann")).toBe("channel_conflict");
      const rollback = await changeChannels(store, before, (channels) =>
        planRollback(channels, "stable", author("ann")),
      );
      expect(rollback).toMatchObject({ error: { reason: "channel_conflict" } });
      expect((await stored()).channels["stable"]).toEqual(pointer("1.2.0"));
    });

    test("whoever lost looks again and wins", async () => {
      const before = await read();
      await promote(before, "1.0.0", "ann");
      expect(await promote(before, "1.1.0", "bob")).toBe("channel_conflict");
      expect(await promote(await read(), "1.1.0", "bob")).toBe("won");
    });
  });
}
