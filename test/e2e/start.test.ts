import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReleaseAs } from "../registry/signed-bundle.ts";
import { checkEveryAnswer } from "./check-every-answer.ts";
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

/** Serves the local registry while `use` asks it, and stops with Ctrl-C. */
async function serving(use: (url: string) => Promise<void>): Promise<{ output: string; code: number | null }> {
  const port = await freePort();
  const run = runEdgescope(checkout.folder, ["start", "--port", String(port)]);
  await run.until("Ready on");
  await run.until("/v1/models/mnist/classify");
  checkEveryAnswer(`http://localhost:${port}`);
  await use(`http://localhost:${port}`);
  pressCtrlC(run);
  return run.ended;
}

/** The very request that the printed curl line makes. */
async function classifySeven(url: string) {
  const body = await readFile(join(checkout.folder, "models/mnist/examples/7.png"));
  return (await fetch(`${url}/v1/models/mnist/classify`, { method: "POST", body })).json();
}

const versionAt = async (url: string): Promise<string> => (await classifySeven(url)).model.version;
const edgescope = async (command: string) => (await runEdgescope(checkout.folder, command.split(" ")).ended).output;

describe("npm start", () => {
  test("serves the released model, prints a curl line that works, and ends at Ctrl-C", async () => {
    const { output, code } = await serving(async (url) => {
      expect(await classifySeven(url)).toMatchObject({
        decision: { outcome: "label", label: "7" },
        model: { name: "mnist" },
      });
    });
    expect(output).toMatch(
      /curl --data-binary @models\/mnist\/examples\/7\.png http:\/\/localhost:\d+\/v1\/models\/mnist\/classify/,
    );
    expect(output).toContain("not a medical device");
    expect(code).toBe(0);
  });

  test("serves what is published, rolled back and promoted while it runs, and keeps it for the next time", async () => {
    await writeReleaseAs("9.9.9", join(checkout.folder, "out/mnist"));
    const soon = { timeout: 60_000, interval: 200 };
    await serving(async (url) => {
      const released = await versionAt(url);
      expect(await edgescope("publish out/mnist --to local")).toContain("mnist@stable now names 9.9.9");
      await expect.poll(() => versionAt(url), soon).toBe("9.9.9");
      expect(await edgescope("rollback mnist")).toContain(`mnist@stable  ${released}`);
      await expect.poll(() => versionAt(url), soon).toBe(released);
      expect(await edgescope("promote mnist 9.9.9")).toMatch(/mnist@stable +9\.9\.9/);
    });
    await serving(async (url) => {
      expect(await versionAt(url)).toBe("9.9.9");
    });
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
