import { expect, test } from "vitest";
import { fail, ok } from "../../../src/base/result.ts";
import { channelsKey } from "../../../src/registry/layout.ts";
import { cacheDigits } from "./cached-digits.ts";

const model = { run: () => [], dispose: () => undefined };

test("twenty concurrent first requests load the model once", async () => {
  const digits = await cacheDigits();
  const answers = await Promise.all(Array.from({ length: 20 }, () => digits.ask()));
  expect(answers).toEqual(Array.from({ length: 20 }, () => "1.0.0@stable"));
  expect(digits.loads).toEqual(["1.0.0"]);
  const { files } = digits.bundles.get("1.0.0")?.manifest ?? { files: [] };
  // The manifest, its signature and each file, beside the channel document.
  expect(digits.reads.filter((key) => key !== channelsKey("mnist"))).toHaveLength(2 + files.length);
});

test("a warm request reads nothing from storage", async () => {
  const digits = await cacheDigits();
  await digits.ask();
  const before = digits.reads.length;
  expect(await digits.ask()).toBe("1.0.0@stable");
  expect(digits.reads).toHaveLength(before);
});

test("a failed load is forgotten and the next request tries again", async () => {
  let loads = 0;
  const digits = await cacheDigits({
    loadModel: (bundle) =>
      ++loads === 1 ? fail("golden_mismatch", "computes something else") : ok({ ...bundle, ...model }),
  });
  expect((await digits.begin()).got).toEqual(fail("bundle_unverifiable", "computes something else"));
  expect(await digits.ask()).toBe("1.0.0@stable");
});

test("a load that throws is forgotten too, and reaches everybody who waited for it", async () => {
  let loads = 0;
  const digits = await cacheDigits({
    loadModel: (bundle) => {
      if (++loads === 1) throw new Error("a bug");
      return ok({ ...bundle, ...model });
    },
  });
  const results = await Promise.allSettled([digits.ask(), digits.ask()]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await digits.ask()).toBe("1.0.0@stable");
});

test("a load that died with its request is begun anew after a minute", async () => {
  const digits = await cacheDigits();
  await digits.ask({ channel: "stable" });
  await digits.publish("1.1.0", "beta");
  digits.clock.ms += 20_000;
  await digits.ask();
  await digits.settle();
  digits.storage.state = "silent";
  void digits.ask({ channel: "beta" });
  digits.storage.state = "up";
  digits.clock.ms += 60_000;
  expect(await digits.ask({ channel: "beta" })).toBe("1.1.0@beta");
});

test("a name, a channel and a version that are not there are model_not_found, an object's prototype among them", async () => {
  const digits = await cacheDigits();
  const scope = { keepAlive: () => undefined, onEnd: () => undefined };
  for (const name of ["absent", "../mnist", "MNIST", "a/b", ""]) {
    expect(await digits.cache.get(name, { channel: "stable" }, scope), name).toMatchObject({
      error: { reason: "model_not_found" },
    });
  }
  expect(await digits.ask({ channel: "beta" })).toBe("model_not_found");
  expect(await digits.ask({ channel: "constructor" })).toBe("model_not_found");
  expect(await digits.ask({ version: "9.9.9" })).toBe("model_not_found");
  expect(await digits.ask({ version: "constructor" })).toBe("model_not_found");
});

test("a version is served as such when a channel names it or once named it, and not when it was only uploaded", async () => {
  const digits = await cacheDigits();
  await digits.publish("1.1.0", "stable");
  await digits.publish("1.2.0");
  expect(await digits.ask({ version: "1.0.0" })).toBe("1.0.0@-");
  expect(await digits.ask({ version: "1.1.0" })).toBe("1.1.0@-");
  expect(await digits.ask({ version: "1.2.0" })).toBe("model_not_found");
});

test("a malformed channel document is unverifiable, storage that is down is unavailable", async () => {
  const digits = await cacheDigits();
  digits.storage.state = "down";
  expect(await digits.ask()).toBe("storage_unavailable");
  digits.storage.state = "up";
  digits.objects.set(channelsKey("mnist"), { bytes: new Uint8Array(1), etag: "x" });
  expect(await digits.ask()).toBe("bundle_unverifiable");
});
