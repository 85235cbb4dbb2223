// Rotating a signing key: the new key is trusted beside the old one, versions are signed anew, and the old one ends.

import { expect, test } from "vitest";
import { parsePublicKeys, publicKeyPem } from "../../../src/bundle/signature/public-key.ts";
import { createModelCache } from "../../../src/registry/cache/model-cache.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { publishBundle } from "../../../src/registry/publish-bundle.ts";
import { createKey, signedDigits } from "../signed-bundle.ts";

const scope = { keepAlive: () => undefined, onEnd: () => undefined };

test("a key is trusted from its first to its last second, and the one that follows it takes over", async () => {
  const [old, next] = [await createKey(), await createKey()];
  const text = `# not-after: 2026-12-31T23:59:59Z
${await publicKeyPem(old.publicKey.key)}
# not-before: 2026-12-01T00:00:00Z
# not-after: 2027-12-31T23:59:59Z
${await publicKeyPem(next.publicKey.key)}`;
  const keys = await parsePublicKeys(text);
  if (!keys.ok) throw new Error(keys.error.detail);

  const store = createMemoryStore();
  const author = { at: "2026-11-22T10:00:00Z", by: "tester" };
  await publishBundle(store, await signedDigits(old, "1.0.0"), { channel: "old", ...author });
  await publishBundle(store, await signedDigits(next, "1.0.1"), { channel: "next", ...author });

  /** What an isolate that begins at this moment serves. */
  async function servedAt(at: string): Promise<string[]> {
    const cache = createModelCache({
      store,
      trustedKeys: keys.ok ? keys.value : [],
      loadModel: (bundle) => ({ ok: true, value: { ...bundle, run: () => [], dispose: () => undefined } }),
      now: () => Date.parse(at),
      refreshMs: 15_000,
      budgetBytes: 1e9,
      report: () => undefined,
    });
    const served = await Promise.all(["old", "next"].map((channel) => cache.get("mnist", { channel }, scope)));
    return served.map((model) => (model.ok ? model.value.manifest.version : model.error.detail));
  }
  const refusal = "model.sig was made by a key that is not trusted at this time";
  expect(await servedAt("2026-11-30T23:59:59.999Z")).toEqual(["1.0.0", refusal]);
  expect(await servedAt("2026-12-01T00:00:00.000Z")).toEqual(["1.0.0", "1.0.1"]);
  expect(await servedAt("2026-12-31T23:59:59.999Z")).toEqual(["1.0.0", "1.0.1"]);
  expect(await servedAt("2027-01-01T00:00:00.000Z")).toEqual([refusal, "1.0.1"]);
  expect(await servedAt("2028-01-01T00:00:00.000Z")).toEqual([refusal, refusal]);
});
