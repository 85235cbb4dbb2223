// Canary and shadow: who is answered by which version.

import { expect, test } from "vitest";
import { isInCanary } from "../../../src/registry/channels/is-in-canary.ts";
import { noChannels, writeChannels } from "../../../src/registry/channels/channels.ts";
import { channelsKey, manifestKey } from "../../../src/registry/layout.ts";
import { cacheDigits, REFRESH_MS, type CachedDigits } from "./cached-digits.ts";

const stable = (subject?: string) => ({ channel: "stable", ...(subject !== undefined && { subject }) });

/** A subject inside a canary of 10 %, and one outside of 50 %; both by the split itself, which has a test of its own. */
const subjects = Array.from({ length: 100 }, (_, i) => `caller-${i}`);
const first = async (percent: number, inside: boolean) => {
  for (const subject of subjects) if ((await isInCanary("mnist", subject, percent)) === inside) return subject;
  throw new Error("no caller is there");
};
const insider = await first(10, true);
const outsider = await first(50, false);

async function withCanary(percent = 10): Promise<CachedDigits> {
  const digits = await cacheDigits();
  await digits.publish("1.1.0");
  await digits.promote({ canary: { percent, to: digits.pointer("1.1.0") } });
  return digits;
}

test("a caller inside the share is answered by the canary, one outside and one without a subject by stable", async () => {
  const digits = await withCanary();
  expect(await digits.ask(stable(insider))).toBe("1.1.0@canary");
  expect(await digits.ask(stable(outsider))).toBe("1.0.0@stable");
  expect(await digits.ask(stable())).toBe("1.0.0@stable");
});

test("whoever asks for the canary by name gets it", async () => {
  const digits = await withCanary();
  expect(await digits.ask({ channel: "canary", subject: outsider })).toBe("1.1.0@canary");
});

test("a canary that begins while an isolate is warm answers once it is loaded", async () => {
  const digits = await cacheDigits();
  await digits.ask(stable(insider));
  await digits.publish("1.1.0");
  await digits.promote({ canary: { percent: 10, to: digits.pointer("1.1.0") } });
  digits.clock.ms += REFRESH_MS;
  expect(await digits.ask(stable(insider))).toBe("1.0.0@stable");
  await digits.settle();
  expect(await digits.ask(stable(insider))).toBe("1.1.0@canary");
});

test("a canary that grows takes more callers and keeps the ones it had", async () => {
  const digits = await withCanary();
  await digits.ask(stable(outsider));
  await digits.promote({ canary: { percent: 100 } });
  digits.clock.ms += REFRESH_MS;
  await digits.ask(stable());
  await digits.settle();
  expect(await digits.ask(stable(insider))).toBe("1.1.0@canary");
  expect(await digits.ask(stable(outsider))).toBe("1.1.0@canary");
});

test("a canary that is ended gives its callers back to stable", async () => {
  const digits = await withCanary();
  await digits.ask(stable(insider));
  await digits.promote({ end: ["canary"] });
  digits.clock.ms += REFRESH_MS;
  await digits.ask(stable());
  await digits.settle();
  expect(await digits.ask(stable(insider))).toBe("1.0.0@stable");
});

test("a canary that becomes stable answers everybody without being loaded again", async () => {
  const digits = await withCanary();
  await digits.ask(stable(insider));
  await digits.ask(stable(outsider));
  await digits.promote({ move: { channel: "stable", to: digits.pointer("1.1.0") } });
  digits.clock.ms += REFRESH_MS;
  await digits.ask(stable());
  await digits.settle();
  expect(await digits.ask(stable(insider))).toBe("1.1.0@stable");
  expect(await digits.ask(stable(outsider))).toBe("1.1.0@stable");
  expect(digits.loads).toEqual(["1.1.0", "1.0.0"]);
});

test("a canary that does not verify leaves its callers with stable, is not tried at every request, and says so", async () => {
  const digits = await withCanary();
  digits.objects.delete(manifestKey("mnist", "1.1.0"));
  expect(await digits.ask(stable(insider))).toBe("1.0.0@stable");
  const before = digits.reads.length;
  expect(await digits.ask(stable(insider))).toBe("1.0.0@stable");
  expect(digits.reads).toHaveLength(before);
  expect(digits.cache.status("mnist")?.channels["canary"].failure?.reason).toBe("bundle_unverifiable");
});

test("a canary whose new version does not verify goes on with the one it had", async () => {
  const digits = await withCanary();
  await digits.ask(stable(insider));
  await digits.publish("1.2.0");
  await digits.promote({ canary: { percent: 10, to: digits.pointer("1.2.0") } });
  digits.objects.delete(manifestKey("mnist", "1.2.0"));
  digits.clock.ms += REFRESH_MS;
  await digits.ask(stable(outsider));
  await digits.settle();
  expect(await digits.ask(stable(insider))).toBe("1.1.0@canary");
  expect(digits.cache.status("mnist")?.channels["canary"]).toMatchObject({
    version: "1.1.0",
    wanted: { version: "1.2.0" },
    failure: { reason: "bundle_unverifiable" },
  });
});

test("stable brings its shadow, which is loaded when it is asked for; the shadow brings none", async () => {
  const digits = await cacheDigits();
  await digits.publish("1.3.0");
  await digits.promote({ shadow: digits.pointer("1.3.0") });
  const { got, end } = await digits.begin();
  if (!got.ok) throw new Error(got.error.detail);
  expect(digits.loads).toEqual(["1.0.0"]);
  const shadow = await got.value.shadow?.({ keepAlive: () => undefined, onEnd: () => undefined });
  end();
  expect(shadow?.ok && shadow.value.manifest.version).toBe("1.3.0");
  expect(shadow?.ok && shadow.value.shadow).toBeUndefined();
});

test("neither the canary, nor a version, nor a stable that is its own shadow brings a shadow", async () => {
  const digits = await withCanary();
  await digits.promote({ shadow: digits.pointer("1.1.0") });
  for (const selector of [stable(insider), { version: "1.0.0" }]) {
    const { got } = await digits.begin(selector);
    expect(got.ok && got.value.shadow).toBeUndefined();
  }
  const same = await cacheDigits();
  const only = same.pointer("1.0.0");
  const document = { ...noChannels("mnist"), channels: { stable: only, shadow: only } };
  same.objects.set(channelsKey("mnist"), { bytes: writeChannels(document), etag: "x" });
  const { got } = await same.begin();
  expect(got.ok && got.value.shadow).toBeUndefined();
});

test("a shadow that does not verify is not offered again before the next refresh", async () => {
  const digits = await cacheDigits();
  await digits.publish("1.3.0");
  await digits.promote({ shadow: digits.pointer("1.3.0") });
  digits.objects.delete(manifestKey("mnist", "1.3.0"));
  const scope = { keepAlive: () => undefined, onEnd: () => undefined };
  const { got } = await digits.begin();
  expect(got.ok && (await got.value.shadow?.(scope))).toMatchObject({ error: { reason: "bundle_unverifiable" } });
  const again = await digits.begin();
  expect(again.got.ok && again.got.value.shadow).toBeUndefined();
});
