// What requests see of a channel that moves: the old version until the new one is there, and never a wait.

import { expect, test } from "vitest";
import { blobKey, channelsKey, manifestKey } from "../../../src/registry/layout.ts";
import { cacheDigits, REFRESH_MS, type CachedDigits } from "./cached-digits.ts";

/** A warm cache whose next request finds its channel document old. */
async function warmAndDue(digits: CachedDigits): Promise<void> {
  await digits.ask();
  digits.clock.ms += REFRESH_MS;
}

test("the request that finds the document old is answered by the old version, the next one by the new", async () => {
  const digits = await cacheDigits();
  await digits.ask();
  const { digest } = await digits.publish("1.1.0", "stable");
  digits.clock.ms += REFRESH_MS - 1;
  await digits.ask();
  await digits.settle();
  expect(await digits.ask()).toBe("1.0.0@stable");
  digits.clock.ms += 1;
  expect(await digits.ask()).toBe("1.0.0@stable");
  await digits.settle();
  expect(await digits.ask()).toBe("1.1.0@stable");
  expect(digits.events).toEqual([
    { event: "channel_moved", model: "mnist", channel: "stable", version: "1.1.0", digest },
  ]);
});

test("while the new version is being fetched every request is answered at once, and only one fetches", async () => {
  const digits = await cacheDigits();
  await digits.publish("1.1.0", "stable");
  await digits.promote({ move: { channel: "stable", to: digits.pointer("1.0.0") } });
  await warmAndDue(digits);
  await digits.promote({ move: { channel: "stable", to: digits.pointer("1.1.0") } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => digits.ask()));
  expect(new Set(answers)).toEqual(new Set(["1.0.0@stable"]));
  await digits.settle();
  expect(await digits.ask()).toBe("1.1.0@stable");
  expect(digits.loads).toEqual(["1.0.0", "1.1.0"]);
});

test("storage that fails after a load fails no request, and the failure is said", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  digits.storage.state = "down";
  expect(await digits.ask()).toBe("1.0.0@stable");
  await digits.settle();
  expect(await digits.ask()).toBe("1.0.0@stable");
  expect(digits.cache.status("mnist")?.failure).toEqual({
    reason: "storage_unavailable",
    detail: "down",
    at: "2026-11-22T10:00:15.000Z",
  });
  expect(digits.events).toMatchObject([{ event: "refresh_failed", model: "mnist", reason: "storage_unavailable" }]);
});

test("storage that never answers after a load fails no request, and a later refresh takes over", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  digits.storage.state = "silent";
  for (let request = 0; request < 10; request++) {
    expect(await digits.ask()).toBe("1.0.0@stable");
    digits.clock.ms += 5000;
  }
  digits.storage.state = "up";
  await digits.publish("1.1.0", "stable");
  digits.clock.ms += 60_000;
  await digits.ask();
  await expect.poll(() => digits.ask()).toBe("1.1.0@stable");
});

test.each<[what: string, spoil: (digits: CachedDigits) => void]>([
  ["is missing a file", (digits) => void digits.objects.delete(manifestKey("mnist", "1.1.0"))],
  ["has a damaged file", damageWeights],
])("a new version that %s is not served; the old one is, and what was wanted is said", async (_what, spoil) => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  await digits.publish("1.1.0", "stable");
  spoil(digits);
  await digits.ask();
  await digits.settle();
  expect(await digits.ask()).toBe("1.0.0@stable");
  expect(digits.cache.status("mnist")).toMatchObject({
    channels: {
      stable: {
        version: "1.0.0",
        wanted: { version: "1.1.0" },
        failure: { reason: "bundle_unverifiable", at: "2026-11-22T10:00:15.000Z" },
      },
    },
  });
  expect(digits.events).toMatchObject([{ event: "refresh_failed", channel: "stable", version: "1.1.0" }]);
});

test("a version that failed is tried again at every refresh and served once it verifies", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  await digits.publish("1.1.0", "stable");
  const manifest = digits.objects.get(manifestKey("mnist", "1.1.0"));
  digits.objects.delete(manifestKey("mnist", "1.1.0"));
  await digits.ask();
  await digits.settle();
  if (manifest) digits.objects.set(manifestKey("mnist", "1.1.0"), manifest);
  digits.clock.ms += REFRESH_MS;
  await digits.ask();
  await digits.settle();
  expect(await digits.ask()).toBe("1.1.0@stable");
  expect(digits.cache.status("mnist")?.channels["stable"].failure).toBeUndefined();
});

test("a rollback to a version that is still loaded reads nothing but the channel document", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  await digits.publish("1.1.0", "stable");
  await digits.ask();
  await digits.settle();
  await digits.promote({ move: { channel: "stable", to: digits.pointer("1.0.0") } });
  digits.clock.ms += REFRESH_MS;
  const before = digits.reads.length;
  await digits.ask();
  await digits.settle();
  expect(await digits.ask()).toBe("1.0.0@stable");
  expect(digits.reads.slice(before)).toEqual([channelsKey("mnist")]);
});

test("a channel that is ended is not found any more", async () => {
  const digits = await cacheDigits();
  await digits.publish("1.1.0", "beta");
  await warmAndDue(digits);
  expect(await digits.ask({ channel: "beta" })).toBe("1.1.0@beta");
  await digits.settle();
  await digits.promote({ end: ["beta"] });
  digits.clock.ms += REFRESH_MS;
  await digits.ask();
  await digits.settle();
  expect(await digits.ask({ channel: "beta" })).toBe("model_not_found");
  expect(digits.events.at(-1)).toEqual({ event: "channel_ended", model: "mnist", channel: "beta" });
});

test("a channel document that disappears or breaks leaves the model as it was", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  digits.objects.delete(channelsKey("mnist"));
  await digits.ask();
  await digits.settle();
  expect(digits.cache.status("mnist")?.failure?.reason).toBe("model_not_found");
  digits.objects.set(channelsKey("mnist"), { bytes: new Uint8Array(3), etag: "x" });
  digits.clock.ms += REFRESH_MS;
  await digits.ask();
  await digits.settle();
  expect(digits.cache.status("mnist")?.failure?.reason).toBe("channels_invalid");
  expect(await digits.ask()).toBe("1.0.0@stable");
});

test("a channel that nobody here has asked for is followed without being loaded", async () => {
  const digits = await cacheDigits();
  await warmAndDue(digits);
  await digits.publish("1.1.0", "beta");
  await digits.ask();
  await digits.settle();
  expect(digits.loads).toEqual(["1.0.0"]);
  expect(await digits.ask({ channel: "beta" })).toBe("1.1.0@beta");
});

function damageWeights(digits: CachedDigits): void {
  // The weights are shared with 1.0.0, which is loaded already.
  const file = digits.bundles.get("1.1.0")?.manifest.files.find(({ path }) => path.startsWith("weights"));
  const key = blobKey(file?.sha256 ?? "");
  const stored = digits.objects.get(key);
  if (stored) digits.objects.set(key, { ...stored, bytes: stored.bytes.with(0, stored.bytes[0] ^ 1) });
}
