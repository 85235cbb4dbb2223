// One step back in a channel's history, and then one more.

import { expect, test } from "vitest";
import { applyChanges, noChannels, type Channels } from "../../../src/registry/channels/channels.ts";
import { planPromotion } from "../../../src/registry/channels/plan-promotion.ts";
import { planRollback } from "../../../src/registry/channels/plan-rollback.ts";

const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
const pointer = (version: string) => ({ version, digest: version.replaceAll(".", "").padEnd(64, "0") });

function promoted(...versions: string[]): Channels {
  let channels = noChannels("mnist");
  for (const version of versions) {
    const changes = planPromotion(channels, { move: { channel: "stable", to: pointer(version) } }, author);
    if (changes.ok) channels = applyChanges(channels, changes.value);
  }
  return channels;
}

function rolledBack(channels: Channels, times = 1): Channels {
  let after = channels;
  for (let time = 0; time < times; time++) {
    const changes = planRollback(after, "stable", author);
    if (!changes.ok) throw new Error(changes.error.reason);
    after = applyChanges(after, changes.value);
  }
  return after;
}

const stableOf = ({ channels }: Channels) => channels["stable"].version;

test("a rollback names the version before, and stands in the history", () => {
  const channels = rolledBack(promoted("1.0.0", "1.1.0"));
  expect(stableOf(channels)).toBe("1.0.0");
  expect(channels.history.at(-1)).toEqual({ action: "rollback", channel: "stable", ...pointer("1.0.0"), ...author });
});

test("a second rollback goes a step further, not forward again", () => {
  expect(stableOf(rolledBack(promoted("1.0.0", "1.1.0", "1.2.0"), 2))).toBe("1.0.0");
});

test("after a promotion that follows a rollback, the version that was rolled back is not gone back to", () => {
  let channels = rolledBack(promoted("1.0.0", "1.1.0"));
  const changes = planPromotion(channels, { move: { channel: "stable", to: pointer("1.1.1") } }, author);
  if (changes.ok) channels = applyChanges(channels, changes.value);
  expect(stableOf(rolledBack(channels))).toBe("1.0.0");
});

test("changes of other channels do not count", () => {
  const channels = promoted("1.0.0", "1.1.0");
  const changes = planPromotion(channels, { shadow: pointer("1.2.0") }, author);
  expect(stableOf(rolledBack(changes.ok ? applyChanges(channels, changes.value) : channels))).toBe("1.0.0");
});

test("a history whose beginning has been dropped is gone back in as far as it reaches", () => {
  const whole = rolledBack(promoted("1.0.0", "1.1.0", "1.2.0"));
  const cut = { ...whole, history: whole.history.slice(-1) };
  expect(planRollback(cut, "stable", author)).toMatchObject({ error: { reason: "nothing_before" } });
  const longer = { ...whole, history: whole.history.slice(-2) };
  expect(planRollback(longer, "stable", author)).toMatchObject({ error: { reason: "nothing_before" } });
});

test("a first version, an unknown channel, a canary and a shadow are not rolled back, each with its reason", () => {
  const reason = (channels: Channels, channel: string) => {
    const planned = planRollback(channels, channel, author);
    return planned.ok ? "planned" : planned.error.reason;
  };
  expect(reason(promoted("1.0.0"), "stable")).toBe("nothing_before");
  expect(reason(promoted("1.0.0"), "beta")).toBe("channel_missing");
  expect(reason(promoted("1.0.0"), "canary")).toBe("channel_ends");
  expect(reason(promoted("1.0.0"), "shadow")).toBe("channel_ends");
});
