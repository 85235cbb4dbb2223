import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder, writeBundleFolder } from "../../train/pack/bundle-folder.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";
import { createCheckout, pressCtrlC, runEdgescope } from "./checkout.ts";

let checkout: Awaited<ReturnType<typeof createCheckout>>;
beforeAll(async () => {
  checkout = await createCheckout();
});
afterAll(() => checkout.remove());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** Starts, classifies with the very request that the printed curl line makes, and stops with Ctrl-C. */
async function startAndClassify() {
  const port = await freePort();
  const run = runEdgescope(checkout.folder, ["start", "--port", String(port)]);
  await run.until("Ready on");
  await run.until("/v1/models/mnist/classify");
  const body = await readFile(join(checkout.folder, "models/mnist/examples/7.png"));
  const response = await fetch(`http://localhost:${port}/v1/models/mnist/classify`, { method: "POST", body });
  const answer = await response.json();
  pressCtrlC(run);
  return { answer, ...(await run.ended) };
}

describe("npm start", () => {
  test("serves the released model, prints a curl line that works, and ends at Ctrl-C", async () => {
    const { answer, output, code } = await startAndClassify();
    expect(answer).toMatchObject({ decision: { outcome: "label", label: "7" }, model: { name: "mnist" } });
    expect(output).toMatch(
      /curl --data-binary @models\/mnist\/examples\/7\.png http:\/\/localhost:\d+\/v1\/models\/mnist\/classify/,
    );
    expect(output).toContain("not a medical device");
    expect(code).toBe(0);
  });

  test("a second time keeps what is in local R2, a channel that was moved included", async () => {
    const folder = await writeReleaseAs("9.9.9");
    const published = await runEdgescope(checkout.folder, ["publish", folder, "--to", "local"]).ended;
    expect(published.output).toContain("mnist@stable now names 9.9.9");
    const { answer } = await startAndClassify();
    expect(answer.model.version).toBe("9.9.9");
  });

  test("says what to do about a port in use", async () => {
    const server = createServer().listen(0, "localhost");
    await once(server, "listening");
    const address = server.address() as { port: number };
    const { code, output } = await runEdgescope(checkout.folder, ["start", "--port", String(address.port)]).ended;
    server.close();
    expect(code).toBe(1);
    expect(output).toBe(
      `edgescope: port ${address.port} is in use; stop what listens there, or choose another: npm start -- --port ${address.port + 1}\n`,
    );
  });

  test("says what to do about a broken bundle", async () => {
    const weights = join(checkout.folder, "models/mnist/weights-1.bin");
    const bytes = await readFile(weights);
    await writeFile(weights, bytes.subarray(1));
    const { code, output } = await runEdgescope(checkout.folder, ["start", "--port", String(await freePort())]).ended;
    await writeFile(weights, bytes);
    expect(code).toBe(1);
    expect(output).toBe(
      "edgescope: the bundle in models/mnist is broken (weights-1.bin is not the file that was signed). Restore it with: git checkout models/mnist\n",
    );
  });
});

/** Writes the released bundle under another version into a folder of the checkout, unsigned. */
async function writeReleaseAs(version: string): Promise<string> {
  const bundle = await readBundleFolder(join(checkout.folder, "models/mnist"));
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const { files: _, ...description } = bundle.value.manifest;
  const folder = join(checkout.folder, "out/mnist");
  await writeBundleFolder(
    folder,
    await withManifest({ ...description, version }, bundle.value.files),
    new Uint8Array(1),
  );
  return folder;
}
