// Object storage that is down at the first request: what was shipped with the Worker answers, if it is what the channel
// named when it was shipped, and verifies.

import { expect, test } from "vitest";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { blobKey, channelsKey } from "../../../src/registry/layout.ts";
import type { StoredObject } from "../../../src/registry/store/object-store.ts";
import { cacheDigits, REFRESH_MS, type CachedDigits } from "./cached-digits.ts";

/** The digits with all of their registry shipped as it is now; afterwards both may change. */
async function shippedDigits(): Promise<{ digits: CachedDigits; shipped: Map<string, StoredObject> }> {
  const shipped = new Map<string, StoredObject>();
  const digits = await cacheDigits({ fallback: createMemoryStore(shipped) });
  for (const [key, stored] of digits.objects) shipped.set(key, stored);
  return { digits, shipped };
}

test("what was shipped answers while storage is down, and says where it is from", async () => {
  const { digits } = await shippedDigits();
  digits.storage.state = "down";
  expect(await digits.ask()).toBe("1.0.0@stable");
  expect(digits.cache.status("mnist")?.source).toBe("fallback");
  expect(digits.events).toEqual([{ event: "fallback_used", model: "mnist" }]);
});

test("channels and versions that were not shipped are out of reach, not unknown", async () => {
  const { digits } = await shippedDigits();
  digits.storage.state = "down";
  for (const selector of [{ channel: "beta" }, { version: "0.9.0" }]) {
    expect(await digits.ask(selector)).toBe("storage_unavailable");
  }
});

test("when storage is back, what it names takes over", async () => {
  const { digits } = await shippedDigits();
  await digits.publish("1.1.0", "stable");
  digits.storage.state = "down";
  await digits.ask();
  digits.storage.state = "up";
  digits.clock.ms += REFRESH_MS;
  expect(await digits.ask()).toBe("1.0.0@stable");
  await digits.settle();
  expect(await digits.ask()).toBe("1.1.0@stable");
  expect(digits.cache.status("mnist")?.source).toBe("storage");
});

test("storage that is up answers, whatever was shipped", async () => {
  const { digits } = await shippedDigits();
  await digits.publish("1.1.0", "stable");
  expect(await digits.ask()).toBe("1.1.0@stable");
});

test("a bundle that is not the one the channel named last is not used", async () => {
  const { digits, shipped } = await shippedDigits();
  await digits.publish("1.1.0", "stable");
  const document = digits.objects.get(channelsKey("mnist"));
  if (document) shipped.set(channelsKey("mnist"), document);
  digits.storage.state = "down";
  expect(await digits.ask()).toBe("storage_unavailable");
});

test("storage that goes down between the channel document and the bundle is helped out, if the bundle is the named one", async () => {
  const { digits } = await shippedDigits();
  await digits.ask({ channel: "absent" });
  digits.storage.state = "down";
  expect(await digits.ask()).toBe("1.0.0@stable");
});

test("a shipped bundle that was tampered with is not used", async () => {
  const { digits, shipped } = await shippedDigits();
  const key = blobKey(digits.bundles.get("1.0.0")?.manifest.files[0].sha256 ?? "");
  const stored = shipped.get(key);
  if (stored) shipped.set(key, { ...stored, bytes: stored.bytes.with(0, stored.bytes[0] ^ 1) });
  digits.storage.state = "down";
  expect((await digits.begin()).got).toMatchObject({
    error: {
      reason: "storage_unavailable",
      detail: expect.stringMatching(/^down; shipped with the Worker: .* is not the file that was signed$/),
    },
  });
});

test("a bundle in storage that does not verify is not excused by a shipped one", async () => {
  const { digits } = await shippedDigits();
  const key = blobKey(digits.bundles.get("1.0.0")?.manifest.files[0].sha256 ?? "");
  digits.objects.delete(key);
  expect(await digits.ask()).toBe("bundle_unverifiable");
});
