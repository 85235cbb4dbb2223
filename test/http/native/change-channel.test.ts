// Promotion and rollback over HTTP: who may, what is verified before, and that of two at the same time one wins.

import { describe, expect, test } from "vitest";
import { concatBytes } from "../../../src/base/bytes.ts";
import { fail, ok } from "../../../src/base/result.ts";
import { SCOPES, type Scope } from "../../../src/http/auth/caller.ts";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { readChannels } from "../../../src/registry/channels/read-channels.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { serveDigits, type Served } from "../served-digits.ts";

const order = (served: Served, value: unknown, channel = "stable", headers: Record<string, string> = {}) =>
  served.request(`/v1/models/mnist/channels/${channel}`, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "content-type": "application/json", ...headers },
  });

const outcome = async (response: Response | Promise<Response>) => {
  const { code, changed, pointer } = await (await response).json();
  return code ?? [changed, pointer?.version, ...(pointer?.percent === undefined ? [] : [pointer.percent])];
};

const documentOf = async ({ objects }: Served) => {
  const read = await readChannels(createMemoryStore(objects), "mnist");
  if (!read.ok) throw new Error(read.error.detail);
  return read.value.channels;
};

const historyOf = async (served: Served) =>
  (await documentOf(served)).history.map(({ action, channel, version, by }) =>
    [action, channel, version, by].join(" "),
  );

/** Every request is this caller's. */
const callerWith = (scopes: readonly Scope[], models = ["*"]) => ({
  authentication: ok(async () => ok({ name: "release-bot", scopes, models, quotaKey: "key:release-bot" })),
});

test("a version is promoted, answers within a refresh, and is rolled back; the history says who did it", async () => {
  const served = await serveDigits(callerWith(SCOPES));
  await served.publish("1.1.0");
  const response = await order(served, { version: "1.1.0" });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ name: "mnist", channel: "stable", changed: true });
  expect(served.log.at(-1)).toMatchObject({
    caller: "release-bot",
    model: "mnist",
    channel: "stable",
    version: "1.1.0",
  });
  served.clock.ms += 15_000;
  await served.request("/v1/models/mnist");
  await served.settle();
  expect((await (await served.request("/v1/models/mnist")).json()).model.version).toBe("1.1.0");
  expect(await outcome(order(served, { version: "1.1.0" }))).toEqual([false, "1.1.0"]);
  expect(await outcome(order(served, { rollback: true }))).toEqual([true, "1.0.0"]);
  expect(await historyOf(served)).toEqual([
    "promote stable 1.0.0 tester",
    "promote stable 1.1.0 release-bot",
    "rollback stable 1.0.0 release-bot",
  ]);
  expect((await documentOf(served)).history.at(-1)?.at).toBe("2026-11-22T10:00:15.000Z");
});

test("a canary gets a version and a share, another share, and ends; so does a shadow", async () => {
  const served = await serveDigits();
  await served.publish("1.1.0");
  expect(await outcome(order(served, { version: "1.1.0", percent: 10 }, "canary"))).toEqual([true, "1.1.0", 10]);
  expect(await outcome(order(served, { percent: 50 }, "canary"))).toEqual([true, "1.1.0", 50]);
  expect(await outcome(order(served, { end: true }, "canary"))).toEqual([true, undefined]);
  expect(await outcome(order(served, { end: true }, "canary"))).toEqual([false, undefined]);
  expect(await outcome(order(served, { version: "1.1.0" }, "shadow"))).toEqual([true, "1.1.0"]);
  expect(await outcome(order(served, { version: "1.1.0" }, "beta"))).toEqual([true, "1.1.0"]);
});

test("of two promotions at the same time one wins, and the other is told so", async () => {
  const served = await serveDigits();
  await served.publish("1.1.0");
  await served.publish("1.2.0");
  const responses = await Promise.all([order(served, { version: "1.1.0" }), order(served, { version: "1.2.0" })]);
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const outcomes = await Promise.all(responses.map(outcome));
  expect(outcomes).toContain("channel_conflict");
  const [, winner] = outcomes.find((each) => Array.isArray(each)) ?? [];
  const { channels, history } = await documentOf(served);
  expect(channels["stable"].version).toBe(winner);
  expect(history).toHaveLength(2);
});

describe("is refused, and changes nothing,", () => {
  test.for<[what: string, channel: string, value: unknown, code: string]>([
    ["a version that is not in the registry", "stable", { version: "9.9.9" }, "version_not_found"],
    ["a rollback with nothing before", "stable", { rollback: true }, "change_refused"],
    ["a rollback of a channel that is not there", "beta", { rollback: true }, "change_refused"],
    ["a rollback of a canary", "canary", { rollback: true }, "change_refused"],
    ["a canary of the stable version", "canary", { version: "1.0.0", percent: 5 }, "change_refused"],
    ["a share of a canary that is not there", "canary", { percent: 5 }, "change_refused"],
    ["a share of another channel", "stable", { version: "1.0.0", percent: 5 }, "change_refused"],
    ["the end of the stable channel", "stable", { end: true }, "change_refused"],
    ["a share of more than all", "canary", { percent: 101 }, "invalid_request"],
    ["two orders in one", "stable", { version: "1.0.0", rollback: true }, "invalid_request"],
    ["no order", "stable", {}, "invalid_request"],
    ["a rollback that is none", "stable", { rollback: false }, "invalid_request"],
    ["a version that is none", "stable", { version: "latest" }, "invalid_request"],
    ["a channel's name that is none", "..%2Fmnist", { version: "1.0.0" }, "invalid_request"],
    ["more bytes than an order has", "stable", { version: "1".repeat(5000) }, "body_too_large"],
  ])("%s", async ([, channel, value, code]) => {
    const served = await serveDigits();
    expect(await outcome(order(served, value, channel))).toBe(code);
    expect(await historyOf(served)).toEqual(["promote stable 1.0.0 tester"]);
  });

  test("a version whose file is not the signed one", async () => {
    const served = await serveDigits();
    const own = new Set(served.objects.keys());
    await served.publish("1.1.0");
    const manifest = [...served.objects.keys()].find((key) => !own.has(key) && key.endsWith("bundle.json")) ?? "";
    const stored = served.objects.get(manifest);
    if (stored) served.objects.set(manifest, { ...stored, bytes: concatBytes([stored.bytes, Uint8Array.of(0x20)]) });
    expect(await outcome(order(served, { version: "1.1.0" }))).toBe("version_unverifiable");
    expect(await historyOf(served)).toHaveLength(1);
  });

  test("a version that lacks a file", async () => {
    const served = await serveDigits();
    await served.publish("1.1.0");
    const blob = [...served.objects.keys()].find((key) => key.startsWith("blobs/")) ?? "";
    served.objects.delete(blob);
    expect(await outcome(order(served, { version: "1.1.0" }))).toBe("version_unverifiable");
  });

  test("any order while storage is down", async () => {
    const served = await serveDigits();
    served.storage.isDown = true;
    expect(await outcome(order(served, { version: "1.0.0" }))).toBe("storage_unavailable");
  });

  test.for<[what: string, scopes: Scope[], models: string[], code: string]>([
    ["that lacks the scope", ["classify", "models:read"], ["*"], "insufficient_scope"],
    ["that is for another model", ["models:write"], ["retina"], "model_not_allowed"],
  ])("any order of a caller %s", async ([, scopes, models, code]) => {
    const served = await serveDigits(callerWith(scopes, models));
    expect(await outcome(order(served, { rollback: true }))).toBe(code);
  });

  test("any order without credentials, and any to a service that has no keys", async () => {
    const nobody = await serveDigits({
      authentication: ok(async () => fail("credentials_missing", "the request has no credentials")),
    });
    expect(await outcome(order(nobody, { rollback: true }))).toBe("unauthenticated");
    const sources = { fetch: () => Promise.reject(new Error("unreachable")), now: () => 0 };
    const unconfigured = await serveDigits({ authentication: readAuthentication({}, sources) });
    expect(await outcome(order(unconfigured, { rollback: true }))).toBe("not_configured");
  });

  test("an order that a page of another origin can send unasked", async () => {
    const served = await serveDigits();
    const headers = { "content-type": "text/plain" };
    expect(await outcome(order(served, { version: "1.0.0" }, "stable", headers))).toBe("invalid_request");
  });
});
