// The commands over a registry, as an operator types them, against an S3 server; in this process, to be quick.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../../../train/cli.ts";
import { MODELS_FOLDER, writeReleaseAs } from "../../../registry/signed-bundle.ts";
import { startS3Server } from "../../publish/s3-server.ts";

let folder: string;
let server: Awaited<ReturnType<typeof startS3Server>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-registry-"));
  server = await startS3Server({ conditionalWrites: true });
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = server.config;
  vi.stubEnv("EDGESCOPE_S3_ENDPOINT", endpoint);
  vi.stubEnv("EDGESCOPE_S3_BUCKET", bucket);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  await edgescope("keygen KEY");
  for (const version of ["1.0.0", "1.1.0"]) await writeReleaseAs(version, join(folder, version));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Runs a command in which KEY, MNIST, NEWER and RELEASED stand for paths; gives what it wrote and its exit code. */
async function edgescope(command: string): Promise<{ code: number; output: string }> {
  const paths: Record<string, string> = {
    KEY: join(folder, "key.pem"),
    MNIST: join(folder, "1.0.0"),
    NEWER: join(folder, "1.1.0"),
    RELEASED: join(MODELS_FOLDER, "release-key"),
  };
  let output = "";
  const write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
  const code = await main(command.split(" ").map((word) => word.replace(/^[A-Z]+/, (name) => paths[name] ?? name)));
  vi.restoreAllMocks();
  return { code, output };
}

describe("over S3", () => {
  test("a version is published, promoted, tried on some callers, shadowed and rolled back, and the history says who did it", async () => {
    const s3 = async (command: string) => (await edgescope(`${command} --in s3 --by ann`)).output;
    expect((await edgescope("publish MNIST --to s3 --key KEY --by ann")).output).toContain(
      "s3: mnist@stable now names 1.0.0",
    );
    expect((await edgescope("publish NEWER --to s3 --key KEY --no-channel")).output).toContain(
      "s3: mnist 1.1.0 is uploaded",
    );
    expect(await s3("promote mnist 1.1.0 --canary 10 --shadow 1.1.0")).toMatch(
      /mnist@canary +1\.1\.0 .*10 % of the callers of stable\nmnist@shadow +1\.1\.0 .*asked after stable/,
    );
    expect(await s3("promote mnist --canary 25 --end shadow")).toMatch(/1\.0\.0.*\n.*25 %.*\n$/);
    expect(await s3("promote mnist 1.1.0 --channel stable")).toMatch(/^s3:\nmnist@stable +1\.1\.0 +[0-9a-f]{12}\n$/);
    expect(await s3("promote mnist 1.1.0")).toContain("nothing changed");
    expect(await s3("rollback mnist")).toMatch(/mnist@stable +1\.0\.0/);
    const { output } = await edgescope("channels mnist --in s3");
    expect(output.split("\n").map((line) => line.replace(/^\S+Z +/, "").replaceAll(/ +/g, " "))).toEqual([
      expect.stringMatching(/^mnist@stable 1\.0\.0 [0-9a-f]{12}$/),
      "",
      "rollback stable 1.0.0 ann",
      "end canary 1.1.0 ann",
      "promote stable 1.1.0 ann",
      "end shadow 1.1.0 ann",
      "promote canary 1.1.0 at 25 % ann",
      "promote shadow 1.1.0 ann",
      "promote canary 1.1.0 at 10 % ann",
      "promote stable 1.0.0 ann",
      "",
    ]);
  });

  test("what is published is listed with its size, verified by its key and by no other, and not garbage", async () => {
    expect((await edgescope("list --in s3")).output).toMatch(
      /MODEL +VERSION +SIZE .*\nmnist +1\.0\.0 +\d+\.\d kB .* stable\nmnist +1\.1\.0 .* -\n/,
    );
    expect(await edgescope("verify mnist@stable --in s3 --key KEY.pub")).toMatchObject({
      code: 0,
      output: expect.stringContaining("mnist 1.0.0"),
    });
    expect(await edgescope("verify mnist@1.1.0 --in s3 --key RELEASED.pub")).toMatchObject({
      code: 1,
      output: expect.stringContaining("a key that is not trusted here"),
    });
    expect(await edgescope("gc --in s3 --yes")).toEqual({
      code: 0,
      output: "0 versions and 0 files of 0.0 kB removed\n",
    });
  });
});

describe("mistakes are said in a sentence", () => {
  test.for([
    ["promote mnist 9.9.9 --in s3", 1, "mnist 9.9.9 is not in the registry"],
    ["promote mnist --canary 10 --in s3", 1, "mnist has no canary; name the version that it should be"],
    ["promote mnist --in s3", 2, "there is nothing to do: name a version, --canary, --shadow or --end"],
    [
      "promote mnist 1.1.0 --canary 10 --channel beta --in s3",
      2,
      "either to --channel or, with --canary, to the canary",
    ],
    ["promote mnist 1.1.0 --canary 0", 2, "--end canary ends one"],
    ["promote mnist latest", 2, "It is a semantic version such as 1.2.0"],
    ["rollback mnist --in s3", 1, "the history of mnist@stable holds no version before this one"],
    ["rollback mnist --channel canary --in s3", 1, "it is ended: promote mnist --end canary"],
    ["rollback absent --in s3", 1, "absent has no channel called stable"],
    ["channels absent --in s3", 1, "absent: no model has this name"],
    ["verify mnist --in s3 --key KEY.pub", 2, "MODEL@VERSION or MODEL@CHANNEL"],
    ["gc --grace-days 0", 2, "It is a whole number from 1"],
  ] as const)("%s", async ([command, code, sentence]) => {
    const ended = await edgescope(command);
    expect(ended.output).toContain(sentence);
    expect(ended.code).toBe(code);
  });
});
