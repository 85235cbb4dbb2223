// What a promotion changes, leaves alone, and ends.

import { expect, test } from "vitest";
import { applyChanges, noChannels, type Channels } from "../../../src/registry/channels/channels.ts";
import { planPromotion, type PromotionOrder } from "../../../src/registry/channels/plan-promotion.ts";

const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
const one = { version: "1.0.0", digest: "1".repeat(64) };
const two = { version: "1.1.0", digest: "2".repeat(64) };
const three = { version: "1.2.0", digest: "3".repeat(64) };
const moveStable = { move: { channel: "stable", to: one } };

/** The channels after the orders, one after the other. */
function after(...orders: PromotionOrder[]): Channels {
  let channels = noChannels("mnist");
  for (const order of orders) {
    const changes = planPromotion(channels, order, author);
    if (!changes.ok) throw new Error(changes.error.detail);
    channels = applyChanges(channels, changes.value);
  }
  return channels;
}

test("a channel moves to a version, and the history says who did it and when", () => {
  expect(after(moveStable)).toEqual({
    schemaVersion: 2,
    model: "mnist",
    channels: { stable: one },
    history: [{ action: "promote", channel: "stable", ...one, ...author }],
  });
});

test("an order that changes nothing leaves no trace", () => {
  const order = { ...moveStable, canary: { percent: 10, to: two }, shadow: three };
  expect(after(order, order)).toEqual(after(order));
});

test("stable, canary and shadow can be ordered together", () => {
  expect(after({ ...moveStable, canary: { percent: 10, to: two }, shadow: three }).channels).toEqual({
    stable: one,
    canary: { ...two, percent: 10 },
    shadow: three,
  });
});

test("a canary's share can be changed without naming its version again", () => {
  const channels = after({ ...moveStable, canary: { percent: 10, to: two } }, { canary: { percent: 25 } });
  expect(channels.channels["canary"]).toEqual({ ...two, percent: 25 });
  expect(channels.history.at(-1)).toEqual({ action: "promote", channel: "canary", ...two, percent: 25, ...author });
});

test("a canary and a shadow that become stable end in the same write", () => {
  const channels = after(
    { ...moveStable, canary: { percent: 10, to: two }, shadow: two },
    { move: { channel: "stable", to: two } },
  );
  expect(channels.channels).toEqual({ stable: two });
  expect(channels.history.slice(-3).map(({ action, channel }) => `${action} ${channel}`)).toEqual([
    "promote stable",
    "end canary",
    "end shadow",
  ]);
});

test("a canary and a shadow of another version go on when stable moves", () => {
  const channels = after(
    { ...moveStable, canary: { percent: 10, to: three }, shadow: three },
    { move: { channel: "stable", to: two } },
  );
  expect(channels.channels).toEqual({ stable: two, canary: { ...three, percent: 10 }, shadow: three });
});

test("channels end when they are told to, and one that is not there leaves no trace", () => {
  const channels = after({ ...moveStable, shadow: two }, { end: ["shadow", "canary"] });
  expect(channels.channels).toEqual({ stable: one });
  expect(channels.history.at(-1)).toEqual({ action: "end", channel: "shadow", ...two, ...author });
});

test("a percentage without a canary, and a canary or a shadow without a stable version, are refused", () => {
  const refusal = (channels: Channels, order: PromotionOrder) => {
    const planned = planPromotion(channels, order, author);
    return planned.ok ? "planned" : planned.error.reason;
  };
  expect(refusal(after(moveStable), { canary: { percent: 10 } })).toBe("canary_missing");
  expect(refusal(noChannels("mnist"), { canary: { percent: 10, to: two } })).toBe("stable_missing");
  expect(refusal(noChannels("mnist"), { shadow: two })).toBe("stable_missing");
  expect(refusal(noChannels("mnist"), { ...moveStable, shadow: two })).toBe("planned");
});

test("the stable version is refused as a canary and as a shadow", () => {
  for (const order of [
    { canary: { percent: 10, to: one } },
    { shadow: one },
    { move: { channel: "stable", to: two }, shadow: two },
  ]) {
    expect(planPromotion(after(moveStable), order, author)).toMatchObject({ error: { reason: "version_is_stable" } });
  }
});
