import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePublicKeys } from "../../src/bundle/signature/public-key.ts";
import { compileOrFail } from "../train/compile/run-both.ts";
import { createS3Store } from "../../train/publish/s3-store.ts";
import { drawDigit } from "../../train/examples/draw-digits.ts";
import { encodePng } from "../../train/evaluate/images/encode-png.ts";
import { fetchChannel } from "../registry/signed-bundle.ts";
import { resNet } from "../../train/architectures/resnet.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { startS3Server } from "../train/publish/s3-server.ts";
import { writeFiles } from "../train/transfer/written-graph.ts";
import { createCheckout, pressCtrlC, runEdgescope } from "./checkout.ts";

const MNIST = join(import.meta.dirname, "../../../shared/data/mnist");

let checkout: Awaited<ReturnType<typeof createCheckout>>;
beforeAll(async () => {
  checkout = await createCheckout();
});
afterAll(() => checkout.remove());

const edgescope = (args: string[], env?: NodeJS.ProcessEnv) => runEdgescope(checkout.folder, args, env).ended;

describe("edgescope", () => {
  test.for([
    "evaluate",
    "predict",
    "compare",
    "train",
    "inspect",
    "publish",
    "promote",
    "rollback",
    "channels",
    "list",
    "gc",
    "verify",
    "keygen",
    "key",
    "start",
    "deploy",
  ])("has help for %s", async (command) => {
    const { code, output } = await edgescope([command, "--help"]);
    expect(code).toBe(0);
    expect(output).toContain(`Usage: edgescope ${command}`);
  });

  test.for([
    [["unknown"], "unknown command 'unknown'"],
    [["train", "unknown"], "Allowed choices are breast, chest-xray, mnist, mnist-cnn, pneumonia, retina"],
    [["train", "mnist", "--epochs", "0"], "It is a whole number from 1"],
    [["publish", "models/mnist"], "required option '--to <destination>' not specified"],
    [
      ["publish", "models/mnist", "--to", "local", "--channel", "Not A Channel"],
      "lower-case letters, digits and single hyphens",
    ],
  ] as const)("refuses %j with exit code 2", async ([args, sentence]) => {
    const { code, output } = await edgescope([...args]);
    expect(output).toContain(sentence);
    expect(code).toBe(2);
  });

  test("on an old Node says what to do", async () => {
    const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } })`;
    const { code, output } = await edgescope(["--help"], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
    });
    expect(code).toBe(1);
    expect(output).toContain("edgescope needs Node 22.18 or later and this is 20.11.0");
  });

  test("without data or network says what to do", async () => {
    const offline = `globalThis.fetch = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("no network") }))`;
    const { code, output } = await edgescope(["train", "mnist"], {
      XDG_CACHE_HOME: join(checkout.folder, "cache"),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(offline)}`,
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /train-images-idx3-ubyte\.gz could not be downloaded \(.*no network.*\)\. .* name their folder with --data DIR\.\n/,
    );
  });

  test("without TensorFlow's native library says how to get it", async () => {
    const { code, output } = await edgescope(["train", "mnist", "--data", "nowhere", "--backend", "node"]);
    expect(code).toBe(1);
    expect(output).toBe(
      "edgescope: --backend node needs TensorFlow's native library: npm install --no-save @tensorflow/tfjs-node, or @tensorflow/tfjs-node-gpu\n",
    );
  });

  test("says which data is missing", async () => {
    const { code, output } = await edgescope(["train", "mnist", "--data", "nowhere"]);
    expect(code).toBe(1);
    expect(output).toContain("edgescope: nowhere has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz\n");
  });
});

describe("keys, signatures and publication", () => {
  test("a bundle published to S3 is what a Worker that trusts the key will fetch, and publishing again changes nothing", async () => {
    expect((await edgescope(["keygen", "key.pem"])).code).toBe(0);
    expect((await edgescope(["keygen", "key.pem"])).output).toContain("a key that is there already is kept");

    const server = await startS3Server({ conditionalWrites: true });
    const { config } = server;
    const env = {
      EDGESCOPE_S3_ENDPOINT: config.endpoint,
      EDGESCOPE_S3_BUCKET: config.bucket,
      AWS_REGION: config.region,
      AWS_ACCESS_KEY_ID: config.accessKeyId,
      AWS_SECRET_ACCESS_KEY: config.secretAccessKey,
    };
    const publish = () => edgescope(["publish", "models/mnist", "--to", "s3", "--key", "key.pem"], env);
    expect((await publish()).output).toContain("s3: mnist@stable now names 2.0.1");
    expect((await publish()).output).toContain("s3: mnist@stable already named 2.0.1");

    const keys = await parsePublicKeys(await readFile(join(checkout.folder, "key.pem.pub"), "utf8"));
    if (!keys.ok) throw new Error(keys.error.detail);
    expect(await fetchChannel(createS3Store(config), keys.value)).toMatchObject({ ok: true });
    await server.stop();
  });

  test("publishing to S3 says what is missing from the environment, and which key to name", async () => {
    const { code, output } = await edgescope(["publish", "models/mnist", "--to", "s3", "--key", "key.pem"]);
    expect(output).toContain("EDGESCOPE_S3_ENDPOINT, EDGESCOPE_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY");
    expect(code).toBe(1);
    expect((await edgescope(["publish", "models/mnist", "--to", "s3"])).output).toContain("--key FILE");
  });

  test("the released bundle verifies with the released key, and not when a byte differs or with another key", async () => {
    const verify = (key: string) => edgescope(["verify", "models/mnist", "--key", key]);
    expect(await verify("models/release-key.pub")).toMatchObject({
      code: 0,
      output: expect.stringContaining("verified"),
    });
    expect(await verify("key.pem.pub")).toMatchObject({
      code: 1,
      output: expect.stringContaining("a key that is not trusted here"),
    });

    const card = join(checkout.folder, "models/mnist/README.md");
    const text = await readFile(card, "utf8");
    await writeFile(card, text.replace("98", "99"));
    expect(await verify("models/release-key.pub")).toMatchObject({
      code: 1,
      output: expect.stringContaining("README.md is not the file"),
    });
    await writeFile(card, text);
    await writeFile(join(checkout.folder, "models/mnist/stranger"), "");
    expect(await verify("models/release-key.pub")).toMatchObject({
      code: 1,
      output: expect.stringContaining("neither signed nor ignored"),
    });
  });

  test("an open service is not deployed", async () => {
    const wrangler = join(checkout.folder, "wrangler.toml");
    const text = await readFile(wrangler, "utf8");
    await writeFile(wrangler, text.replaceAll('vars = { TRUSTED_KEYS = "" }', 'vars = { AUTHENTICATION = "open" }'));
    const { code, output } = await edgescope(["deploy", "--env", "staging", "--key", "key.pem", "--dry-run"]);
    await writeFile(wrangler, text);
    expect([code, output]).toEqual([
      1,
      "edgescope: wrangler.toml sets AUTHENTICATION in the environment staging; a deployed Worker has callers with keys or tokens\n",
    ]);
  });

  test("a deployment goes as far as it can without an account", async () => {
    const args = ["--trust", "models/release-key.pub", "--fallback", "pneumonia", "--dry-run"];
    const { code, output } = await edgescope(["deploy", "--env", "staging", "--key", "key.pem", ...args]);
    expect(output).toMatch(/shipped with the Worker: pneumonia \d+\.\d+\.\d+/);
    expect(output).toMatch(/env\.ASSETS +Assets/);
    expect(output).toContain("would create the R2 bucket edgescope-bundles-staging if it is missing");
    expect(output).toMatch(/would publish to it: .*\bmnist 2\.0\.1/);
    expect(output).toContain("--dry-run: exiting now");
    expect(code).toBe(0);
  });
});

describe("training on a backbone", () => {
  test("puts a head on an exported graph, and the bundle predicts", async () => {
    await useWasmBackend();
    const layered = resNet({
      inputSize: 28,
      channels: 3,
      classes: 3,
      widths: [4],
      blocksPerStage: 1,
      stemStride: 2,
      seed: 1,
    });
    await writeFiles(join(checkout.folder, "backbone"), toGraphFiles(compileOrFail(layered)));
    const image = (digit: number, shift: number) => {
      const data = drawDigit(digit, 28).map((_, i, drawn) => drawn[i - shift] ?? 0);
      return encodePng({ width: 28, height: 28, channels: 1, data, maxValue: 255 });
    };
    const files = new Map<string, Uint8Array>();
    for (let i = 0; i < 40; i++) {
      files.set(`train/NORMAL/IM-00${10 + i}-0001.png`, image(0, i % 5));
      files.set(`train/PNEUMONIA/person${i}_virus_1.png`, image(1, i % 5));
    }
    files.set("test/NORMAL/IM-0001-0001.png", image(0, 1)).set("test/PNEUMONIA/person99_virus_1.png", image(1, 1));
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(checkout.folder, "xrays", name)), { recursive: true });
      await writeFile(join(checkout.folder, "xrays", name), bytes);
    }

    const args = ["train", "chest-xray", "--data", "xrays", "--out", "out/xray", "--epochs", "3", "--workers", "1"];
    const at = ["--features", "globalAverage_6", "--cut", "globalAverage_6"];
    const trained = await edgescope([...args, "--backbone", "backbone", ...at]);
    expect(trained.output).toContain("backbone frozen up to globalAverage_6, head on globalAverage_6\n");
    expect(trained.output).toContain("out/xray: chest-xray 1.0.0, digest ");
    expect(trained.code).toBe(0);
    const predicted = await edgescope(["predict", "out/xray", "xrays/test/NORMAL/IM-0001-0001.png"]);
    expect(predicted).toMatchObject({ code: 0, output: expect.stringContaining("normal") });

    const refused = await edgescope([...args, "--backbone", "backbone", ...at.slice(0, 2), "--cut", "fc"]);
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining("edgescope: the backbone has no layer called fc. It has: input, "),
    });
    expect((await edgescope([...args, "--cut", "fc"])).output).toContain("name its folder with --backbone DIR");
  });
});

if (existsSync(MNIST)) {
  // That a resumed run ends with the digest of an unbroken one is tested in process, on a set that trains in seconds.
  test("Ctrl-C during training saves what was learnt, and --resume goes on with it", async () => {
    const args = ["train", "mnist-cnn", "--data", MNIST, "--epochs", "1", "--out", "out/mnist"];
    const stopAt = async (percent: number, more: string[]) => {
      const run = runEdgescope(checkout.folder, [...args, ...more]);
      await run.until(`epoch 1/1 ${percent} %`);
      pressCtrlC(run);
      return run.ended;
    };
    const stopped = await stopAt(25, []);
    expect(stopped.code).toBe(130);
    expect(stopped.output).toContain("Go on with the same command and --resume.");

    const resumed = await stopAt(50, ["--resume"]);
    expect(resumed.output).toContain("resumed at epoch 1, batch");
    expect(resumed.code).toBe(130);
  });
}
