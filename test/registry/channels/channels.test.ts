// The channel document: both schema versions are read, the newer one is written, and nothing else passes for either.

import { describe, expect, test } from "vitest";
import { fromJsonBytes, toUtf8 } from "../../../src/base/bytes.ts";
import {
  applyChanges,
  channelPointer,
  noChannels,
  parseChannels,
  versionPointer,
  writeChannels,
  type ChannelChange,
} from "../../../src/registry/channels/channels.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);
const author = { at: "2026-11-22T10:00:00Z", by: "tester" };

/** As publications wrote it before there were canaries. */
const first = {
  schemaVersion: 1,
  model: "mnist",
  channels: { stable: { version: "1.1.0", digest: B } },
  history: [
    { channel: "stable", version: "1.0.0", digest: A, ...author },
    { channel: "stable", version: "1.1.0", digest: B, ...author },
  ],
};

const second = {
  schemaVersion: 2,
  model: "mnist",
  channels: { stable: { version: "1.0.0", digest: A }, canary: { version: "1.1.0", digest: B, percent: 12.5 } },
  history: [
    { action: "promote", channel: "stable", version: "1.0.0", digest: A, ...author },
    { action: "promote", channel: "canary", version: "1.1.0", digest: B, percent: 12.5, ...author },
    { action: "end", channel: "shadow", version: "1.1.0", digest: B, ...author },
  ],
};

const parse = (document: unknown) => parseChannels(toUtf8(JSON.stringify(document)));

test("a document of the first schema version is read, each of its changes a promotion", () => {
  expect(parse(first)).toEqual({
    ...first,
    schemaVersion: 2,
    history: first.history.map((entry) => ({ action: "promote", ...entry })),
  });
});

test("a document of the second schema version is read as it stands, and written so that it reads the same", () => {
  const channels = parse(second);
  if (!channels) throw new Error("it is not read");
  expect(channels).toEqual(second);
  expect(fromJsonBytes(writeChannels(channels))).toEqual(second);
});

describe("what is not a channel document", () => {
  test.each<[what: string, document: unknown]>([
    ["a third schema version", { ...second, schemaVersion: 3 }],
    ["a percentage in the first schema version", { ...first, channels: second.channels }],
    [
      "a percentage of a channel other than the canary",
      { ...second, channels: { stable: { version: "1.0.0", digest: A, percent: 5 } } },
    ],
    ["a canary of no one", { ...second, channels: { canary: { version: "1.0.0", digest: A, percent: 0 } } }],
    ["a canary of more than all", { ...second, channels: { canary: { version: "1.0.0", digest: A, percent: 101 } } }],
    ["a member that nobody reads", { ...second, note: "" }],
    ["an action that nobody knows", { ...second, history: [{ ...second.history[0], action: "delete" }] }],
    ["a digest in upper case", { ...second, channels: { stable: { version: "1.0.0", digest: A.toUpperCase() } } }],
    ["a channel name with a slash", { ...second, channels: { "a/b": { version: "1.0.0", digest: A } } }],
    ["a list", [second]],
  ])("%s", (_what, document) => {
    expect(parse(document)).toBeUndefined();
  });

  test("bytes that are not JSON", () => {
    expect(parseChannels(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
  });
});

test("a channel is looked up by its own name, and an object's prototype is none", () => {
  const channels = parse(second) ?? noChannels("mnist");
  expect(channelPointer(channels, "canary")).toEqual({ version: "1.1.0", digest: B, percent: 12.5 });
  expect(channelPointer(channels, "shadow")).toBeUndefined();
  expect(channelPointer(channels, "constructor")).toBeUndefined();
});

test("a version is looked up among the channels and in the history, the newest digest first", () => {
  const channels = parse(second) ?? noChannels("mnist");
  expect(versionPointer(channels, "1.1.0")).toEqual({ version: "1.1.0", digest: B });
  expect(versionPointer({ ...channels, channels: {} }, "1.0.0")).toEqual({ version: "1.0.0", digest: A });
  expect(versionPointer(channels, "1.2.0")).toBeUndefined();
});

test("changes are applied in order, and all of them stand in the history", () => {
  const changes: ChannelChange[] = [
    { action: "promote", channel: "stable", version: "1.0.0", digest: A, ...author },
    { action: "promote", channel: "canary", version: "1.1.0", digest: B, percent: 10, ...author },
    { action: "end", channel: "canary", version: "1.1.0", digest: B, ...author },
  ];
  expect(applyChanges(noChannels("mnist"), changes)).toEqual({
    schemaVersion: 2,
    model: "mnist",
    channels: { stable: { version: "1.0.0", digest: A } },
    history: changes,
  });
});

test("the history keeps its newest thousand entries", () => {
  const change: ChannelChange = { action: "promote", channel: "stable", version: "1.0.0", digest: A, ...author };
  const before = { ...noChannels("mnist"), history: Array.from({ length: 1000 }, () => change) };
  const after = applyChanges(before, [{ ...change, version: "1.1.0" }]);
  expect(after.history).toHaveLength(1000);
  expect(after.history.at(-1)?.version).toBe("1.1.0");
});
