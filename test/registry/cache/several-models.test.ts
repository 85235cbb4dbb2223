// Versions that share the isolate's budget, and the requests that hold them.

import { expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import { cacheDigits, REFRESH_MS } from "./cached-digits.ts";

/** Room for one version of the digits and a half. */
async function narrowDigits() {
  const first = await cacheDigits();
  const bytes = first.bundles.get("1.0.0")?.manifest.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  const digits = await cacheDigits({ budgetBytes: 1.5 * bytes });
  await digits.publish("1.1.0", "beta");
  return digits;
}

test("a model that is evicted is loaded again when it is asked for", async () => {
  const digits = await narrowDigits();
  for (const channel of ["stable", "beta", "stable"]) await digits.ask({ channel });
  expect(digits.loads).toEqual(["1.0.0", "1.1.0", "1.0.0"]);
  expect(digits.disposed).toEqual(["1.0.0", "1.1.0"]);
});

test("a request keeps its model until it ends, whatever is loaded meanwhile", async () => {
  const digits = await narrowDigits();
  const request = await digits.begin({ channel: "stable" });
  await digits.ask({ channel: "beta" });
  expect(digits.disposed).toEqual(["1.1.0"]);
  request.end();
  await digits.ask({ channel: "beta" });
  expect(digits.disposed).toEqual(["1.1.0", "1.0.0"]);
});

test("a request is kept alive until it gives its model back", async () => {
  const digits = await cacheDigits();
  const work: Promise<unknown>[] = [];
  const releases: (() => void)[] = [];
  await digits.ask();
  await digits.cache.get(
    "mnist",
    { channel: "stable" },
    { keepAlive: (promise) => void work.push(promise), onEnd: (release) => void releases.push(release) },
  );
  const states: string[] = [];
  void Promise.all(work).then(() => states.push("ended"));
  await Promise.resolve();
  expect(states).toEqual([]);
  for (const release of releases) release();
  await Promise.all(work);
  expect(states).toEqual(["ended"]);
});

test("an old version that is evicted while the new one fails is fetched again", async () => {
  const digits = await narrowDigits();
  await digits.ask();
  await digits.publish("1.2.0", "stable");
  digits.objects.delete("bundles/mnist/1.2.0/model.sig");
  digits.clock.ms += REFRESH_MS;
  await digits.ask();
  await digits.settle();
  await digits.ask({ channel: "beta" });
  expect(digits.disposed).toEqual(["1.0.0"]);
  expect(await digits.ask()).toBe("1.0.0@stable");
});

test("where the old version is evicted and gone from storage, the new one answers", async () => {
  const digits = await narrowDigits();
  await digits.ask();
  await digits.publish("1.2.0", "stable");
  const signature = digits.objects.get("bundles/mnist/1.2.0/model.sig");
  digits.objects.delete("bundles/mnist/1.2.0/model.sig");
  digits.clock.ms += REFRESH_MS;
  await digits.ask();
  await digits.settle();
  await digits.ask({ channel: "beta" });
  digits.objects.delete("bundles/mnist/1.0.0/model.sig");
  if (signature) digits.objects.set("bundles/mnist/1.2.0/model.sig", signature);
  expect(await digits.ask()).toBe("1.2.0@stable");
  expect(digits.cache.status("mnist")?.channels["stable"].failure).toBeUndefined();
});

test("what a model's weights take in memory beyond its files counts, up to the whole budget", async () => {
  const budgetBytes = 64 * 1024 * 1024;
  for (const [addedBytes, loads] of [
    [0, ["1.0.0", "1.1.0"]],
    [40_000_000, ["1.0.0", "1.1.0", "1.0.0", "1.1.0"]],
    // By itself it stays, whatever it takes.
    [100_000_000, ["1.0.0", "1.1.0", "1.0.0", "1.1.0"]],
  ] as const) {
    const loaded: string[] = [];
    const digits = await cacheDigits({
      budgetBytes,
      loadModel: ({ manifest, digest }) => {
        loaded.push(manifest.version);
        return ok({ manifest, digest, addedBytes, run: () => [], dispose: () => undefined });
      },
    });
    await digits.publish("1.1.0", "beta");
    for (const channel of ["stable", "stable", "beta", "stable", "beta", "beta"]) await digits.ask({ channel });
    expect(loaded).toEqual(loads);
  }
});
