import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Bindings } from "../../../src/edge.ts";
import { createR2Store } from "../../../src/registry/store/r2.ts";
import { describeChannelChanges } from "../channels/channel-changes-contract.ts";
import { describeObjectStore } from "./object-store-contract.ts";

const { BUNDLES } = env as Bindings;

const emptyStore = async () => {
  const { objects } = await BUNDLES.list();
  await BUNDLES.delete(objects.map(({ key }) => key));
  return createR2Store(BUNDLES);
};

describeObjectStore("R2", emptyStore);
describeChannelChanges("R2", emptyStore);

test("R2 that throws is storage that is unavailable", async () => {
  const broken = { get: () => Promise.reject(new Error("internal error; please try again")) } as unknown as R2Bucket;
  expect(await createR2Store(broken).get("any", 1)).toEqual({
    ok: false,
    error: { reason: "storage_unavailable", detail: "object storage did not answer" },
  });
});
