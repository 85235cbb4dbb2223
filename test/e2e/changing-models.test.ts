// Models that change under a running Worker: no restart, no failed request, and a way out when storage is down.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicKeyPem } from "../../src/bundle/signature/public-key.ts";
import { changeChannels, readForChange, type PlanChanges } from "../../src/registry/channels/change-channels.ts";
import { isInCanary } from "../../src/registry/channels/is-in-canary.ts";
import { planPromotion } from "../../src/registry/channels/plan-promotion.ts";
import { planRollback } from "../../src/registry/channels/plan-rollback.ts";
import { channelsKey } from "../../src/registry/layout.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import { publishBundle } from "../../src/registry/publish-bundle.ts";
import { shipFallback } from "../../train/publish/ship-fallback.ts";
import { findVersion } from "../../src/registry/stored-version.ts";
import { createKey, DIGITS_FOLDER, signedDigits } from "../registry/signed-bundle.ts";
import { startBuiltWorker, startWorkerWithBrokenStorage, type BuiltWorker } from "./built-worker.ts";

const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
const SUBJECTS = ["ward-1", "ward-2", "ward-3", "ward-4", "ward-5", "ward-6", "ward-7", "ward-8"];
const SOON = { timeout: 60_000, interval: 100 };
const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

const classify = (url: string, subject?: string) =>
  fetch(`${url}/v1/models/mnist/classify`, {
    method: "POST",
    body: seven,
    headers: subject === undefined ? {} : { "edgescope-subject": subject },
  });

describe("a running Worker", () => {
  let worker: BuiltWorker;
  let first: string;
  const second = "98.0.0";

  beforeAll(async () => {
    worker = await startBuiltWorker({}, { REFRESH_SECONDS: "1" });
    const answer = await classify(worker.url);
    first = (await answer.json()).model.version;
  });
  afterAll(() => worker.stop());

  const versions = () =>
    Promise.all(SUBJECTS.map(async (subject) => (await (await classify(worker.url, subject)).json()).model.version));
  const all = (version: string) => SUBJECTS.map(() => version);

  async function change(plan: PlanChanges<string>): Promise<void> {
    const read = await readForChange(worker.store, "mnist");
    const changed = read.ok ? await changeChannels(worker.store, read.value, plan) : read;
    if (!changed.ok) throw new Error(changed.error.detail);
  }

  test("serves what is published, rolled back, tried on some callers and promoted, while it answers every request", async () => {
    const statuses = new Map<number, number>();
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        const { status } = await classify(worker.url);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    })();

    // The worker's own key signs it anew.
    await worker.publish(await signedDigits(await createKey(), second));
    await expect.poll(versions, SOON).toEqual(all(second));
    await change((before) => planRollback(before, "stable", author));
    await expect.poll(versions, SOON).toEqual(all(first));

    const to = await findVersion(worker.store, "mnist", second);
    if (!to.ok) throw new Error(to.error.detail);
    await change((before) => planPromotion(before, { canary: { percent: 50, to: to.value } }, author));
    const inside = await Promise.all(SUBJECTS.map((subject) => isInCanary("mnist", subject, 50)));
    const split = inside.map((isInside) => (isInside ? second : first));
    expect(new Set(split)).toEqual(new Set([first, second]));
    await expect.poll(versions, SOON).toEqual(split);
    expect(await versions()).toEqual(split);

    await change((before) => planPromotion(before, { move: { channel: "stable", to: to.value } }, author));
    await expect.poll(versions, SOON).toEqual(all(second));
    over.abort();
    await asking;
    expect([...statuses.keys()]).toEqual([200]);
  });

  test("goes on with what it has when its channel document is damaged, and says so", async () => {
    const stored = await worker.bucket.get(channelsKey("mnist"));
    const document = await stored?.arrayBuffer();
    await worker.bucket.put(channelsKey("mnist"), "{");
    const failure = async () => {
      expect((await classify(worker.url)).status).toBe(200);
      const card = await (await fetch(`${worker.url}/v1/models/mnist`)).json();
      return card.status.failure?.reason;
    };
    await expect.poll(failure, SOON).toBe("channels_invalid");
    await worker.bucket.put(channelsKey("mnist"), document ?? "");
    await expect.poll(failure, SOON).toBeUndefined();
  });
});

test("a Worker that is told to look too seldom serves nothing", async () => {
  const worker = await startBuiltWorker({}, { REFRESH_SECONDS: "60" });
  const response = await classify(worker.url);
  expect([response.status, (await response.json()).code]).toEqual([503, "not_configured"]);
  await worker.stop();
});

describe("a Worker whose storage is down from the first request on", () => {
  let folder: string;
  let trustedKeys: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgescope-fallback-"));
    const key = await createKey();
    trustedKeys = await publicKeyPem(key.publicKey.key);
    const store = createMemoryStore();
    await publishBundle(store, await signedDigits(key), { channel: "stable", ...author });
    const shipped = await shipFallback(store, "mnist", [key.publicKey], folder);
    if (!shipped.ok) throw new Error(shipped.error.detail);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("answers with the bundle that was shipped with it, and serves none of its files", async () => {
    const worker = await startWorkerWithBrokenStorage({ folder, trustedKeys });
    const response = await classify(worker.url);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { decision: { outcome: "label", label: "7" } },
    ]);
    const card = await (await fetch(`${worker.url}/v1/models/mnist`)).json();
    expect(card.status.source).toBe("fallback");
    for (const path of [channelsKey("mnist"), `bundles/mnist/${card.model.version}/bundle.json`]) {
      const asset = await fetch(`${worker.url}/${path}`);
      expect([asset.status, (await asset.json()).code]).toEqual([404, "not_found"]);
    }
    const other = await fetch(`${worker.url}/v1/models/pneumonia`);
    expect([other.status, other.headers.get("retry-after")]).toEqual([503, "5"]);
    await worker.stop();
  });

  test("refuses a shipped bundle that it does not trust", async () => {
    const other = await publicKeyPem((await createKey()).publicKey.key);
    const worker = await startWorkerWithBrokenStorage({ folder, trustedKeys: other });
    const response = await classify(worker.url);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await response.json()).code).toBe("storage_unavailable");
    await worker.stop();
  });
});
