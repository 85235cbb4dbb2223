// What a caller sees of models that change: versions by channel, status, canary by subject, shadows after the answer.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ok, fail } from "../../src/base/result.ts";
import { SCOPES } from "../../src/http/auth/caller.ts";
import { modelCardSchema, modelListSchema } from "../../src/http/native/schemas.ts";
import type { Model } from "../../src/model/model.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { isInCanary } from "../../src/registry/channels/is-in-canary.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { serveDigits, type Served } from "./served-digits.ts";

const REFRESH_MS = 15_000;
const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

const classify = async (served: Served, headers: Record<string, string> = {}) => {
  const response = await served.request("/v1/models/mnist/classify", { method: "POST", body: seven, headers });
  return response.json();
};

test("a model moves to another version between two requests, and its card says which one serves", async () => {
  const served = await serveDigits();
  await classify(served);
  await served.publish("1.1.0", "stable");
  served.clock.ms += REFRESH_MS;
  expect((await classify(served)).model).toMatchObject({ version: "1.0.0", channel: "stable" });
  await served.settle();
  expect((await classify(served)).model).toMatchObject({ version: "1.1.0", channel: "stable" });
  const card = await (await served.request("/v1/models/mnist")).json();
  expect(card).toMatchObject({
    model: { version: "1.1.0" },
    status: { source: "storage", readAt: "2026-11-22T10:00:15.000Z", channels: { stable: { version: "1.1.0" } } },
  });
});

test("a refresh that failed stands in the card and in the list, beside what is served all the same", async () => {
  const served = await serveDigits(
    {},
    {
      loadModel: (bundle) =>
        bundle.manifest.version === "1.0.0" ? loadModel(bundle) : fail("golden_mismatch", "it computes something else"),
    },
  );
  await classify(served);
  await served.publish("1.1.0", "stable");
  served.clock.ms += REFRESH_MS;
  await classify(served);
  await served.settle();
  const status = {
    channels: {
      stable: {
        version: "1.0.0",
        wanted: { version: "1.1.0" },
        failure: {
          reason: "bundle_unverifiable",
          detail: "it computes something else",
          at: "2026-11-22T10:00:15.000Z",
        },
      },
    },
  };
  const card = await (await served.request("/v1/models/mnist")).json();
  expect(modelCardSchema.safeParse(card).error).toBeUndefined();
  expect(card).toMatchObject({ model: { version: "1.0.0" }, status });
  const list = await (await served.request("/v1/models")).json();
  expect(modelListSchema.safeParse(list).error).toBeUndefined();
  expect(list).toMatchObject({ channels: { mnist: { stable: { version: "1.1.0" } } }, status: { mnist: status } });
});

test("while storage is down a warm service classifies, lists what it knows and is ready", async () => {
  const served = await serveDigits();
  await classify(served);
  served.clock.ms += REFRESH_MS;
  served.storage.isDown = true;
  for (let time = 0; time < 2; time++) {
    expect((await classify(served)).decision).toEqual({ outcome: "label", label: "7" });
    expect(await (await served.request("/v1/models")).json()).toMatchObject({ models: ["mnist"] });
    expect(await (await served.request("/healthz")).json()).toMatchObject({ status: "ready" });
    await served.settle();
  }
  expect(await (await served.request("/v1/models/mnist")).json()).toMatchObject({
    status: { failure: { reason: "storage_unavailable" } },
  });
});

test("callers with a subject inside the canary's share get the canary, and always do; others get stable", async () => {
  const served = await serveDigits();
  await served.publish("1.1.0");
  await served.promote((pointer) => ({ canary: { percent: 50, to: pointer("1.1.0") } }));
  for (const subject of ["ward-1", "ward-2", "ward-3", "ward-4", "ward-5", "ward-6"]) {
    const expected = (await isInCanary("mnist", subject, 50)) ? ["1.1.0", "canary"] : ["1.0.0", "stable"];
    for (let time = 0; time < 2; time++) {
      const { model } = await classify(served, { "edgescope-subject": subject });
      expect([subject, model.version, model.channel]).toEqual([subject, ...expected]);
    }
  }
  expect((await classify(served)).model.version).toBe("1.0.0");
});

test("callers with a key and no subject are told apart by their key", async () => {
  let name = "";
  const authentication = ok(async () => ok({ name, scopes: SCOPES, models: ["*"], quotaKey: `key:${name}` }));
  const served = await serveDigits({ authentication });
  await served.publish("1.1.0");
  await served.promote((pointer) => ({ canary: { percent: 50, to: pointer("1.1.0") } }));
  const versions = [];
  for (name of ["clinic-a", "clinic-b", "clinic-c", "clinic-d", "clinic-e", "clinic-f"]) {
    const { version } = (await classify(served)).model;
    expect([name, version]).toEqual([name, (await isInCanary("mnist", `key:${name}`, 50)) ? "1.1.0" : "1.0.0"]);
    versions.push(version);
  }
  expect(new Set(versions)).toEqual(new Set(["1.0.0", "1.1.0"]));
});

test("a shadow is asked after the answer, and what it says differently is recorded without the image", async () => {
  const opposite = (model: Model): Model => ({
    ...model,
    run: (inputs) => model.run(inputs).map((output) => ({ ...output, logits: output.logits.toReversed() })),
  });
  const served = await serveDigits(
    {},
    {
      loadModel: (bundle) => {
        const model = loadModel(bundle);
        return model.ok && bundle.manifest.version === "1.3.0" ? ok(opposite(model.value)) : model;
      },
    },
  );
  await served.publish("1.3.0");
  await served.promote((pointer) => ({ shadow: pointer("1.3.0") }));
  const answer = await classify(served);
  expect(answer.model.version).toBe("1.0.0");
  expect(served.shadows).toEqual([]);
  await served.settle();
  const seventh = answer.labels.find(({ label }: { label: string }) => label === "7").probability;
  const second = answer.labels.find(({ label }: { label: string }) => label === "2").probability;
  expect(served.shadows).toEqual([
    {
      model: "mnist",
      version: "1.0.0",
      shadowVersion: "1.3.0",
      agreed: false,
      probabilityDifference: expect.closeTo(seventh - second, 6),
    },
  ]);
});

test("a shadow that says the same is recorded as agreeing", async () => {
  const served = await serveDigits();
  await served.publish("1.3.0");
  await served.promote((pointer) => ({ shadow: pointer("1.3.0") }));
  await classify(served);
  await served.settle();
  expect(served.shadows).toMatchObject([{ shadowVersion: "1.3.0", agreed: true, probabilityDifference: 0 }]);
});

test("a shadow that cannot be had is recorded with the reason, and the answer stands", async () => {
  const served = await serveDigits(
    {},
    {
      loadModel: (bundle) =>
        bundle.manifest.version === "1.0.0" ? loadModel(bundle) : fail("golden_mismatch", "it computes something else"),
    },
  );
  await served.publish("1.3.0");
  await served.promote((pointer) => ({ shadow: pointer("1.3.0") }));
  expect((await classify(served)).decision).toEqual({ outcome: "label", label: "7" });
  await served.settle();
  expect(served.shadows).toEqual([{ model: "mnist", version: "1.0.0", failed: "bundle_unverifiable" }]);
});
