// The manifest's schema: what is accepted, and the field a refusal names.

import { describe, expect, test } from "vitest";
import { parseManifest } from "../../src/bundle/manifest.ts";
import { exampleManifest } from "./example-manifest.ts";

/** A copy of the example with the value at a dotted path replaced. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(exampleManifest);
  const keys = path.split(".");
  const parent = keys.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key), copy);
  Reflect.set(parent, keys.at(-1) ?? "", value);
  return copy;
}

const { input, decision, labels, files } = exampleManifest;
const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const mahalanobis = (maximumDistance: number) => ({ method: "mahalanobis", file: "weights.bin", maximumDistance });
const repeat = <Value>(value: Value, count: number): Value[] => Array.from({ length: count }, () => value);

test("accepts the example as it is", () => {
  expect(parseManifest(exampleManifest)).toEqual({ ok: true, value: exampleManifest });
});

test("accepts what JSON makes of the example", () => {
  expect(parseManifest(JSON.parse(JSON.stringify(exampleManifest)))).toEqual({ ok: true, value: exampleManifest });
});

describe("accepts at the bound", () => {
  test.each<[path: string, value: unknown]>([
    ["name", "a"],
    ["name", "a".repeat(64)],
    ["name", "mnist-28x28-v2"],
    ["version", "0.0.0"],
    ["version", "10.20.30"],
    ["version", "1.0.0-0"],
    ["version", "1.0.0-rc-01"],
    ["title", "t".repeat(4000)],
    ["labels.0.name", "n".repeat(128)],
    ["input.height", 1024],
    ["input.width", 1024],
    ["input.background", 255],
    ["input.scale", Number.MIN_VALUE],
    ["input.maxBytes", 33_554_432],
    ["input.maxPixels", 67_108_864],
    ["graph.classActivation", { featureMap: "map", kernel: "dense/kernel", bias: "dense/bias" }],
    ["quantisation", { file: "model.json", original: { version: "1.0.0", sha256 } }],
    [
      "quantisation",
      {
        file: "model.json",
        original: { version: "1.0.0", sha256 },
        layers: { sevenBits: 34, eightBits: 0, float32: 6 },
        chosenOn: {
          images: 512,
          validationImages: 120,
          logitError: 0.003,
          answersChanged: 0.02,
          mcnemarP: 1,
          aucShift: 0.001,
        },
      },
    ],
    ["calibration", { method: "none" }],
    ["decision.threshold", 0],
    ["decision.threshold", 1],
    ["decision.abstention", {}],
    ["decision.abstention.minimumProbability", 1],
    ["files.1.bytes", 67_108_864],
    ["training.validationSplit", 0],
    ["training.validationSplit", 0.9],
    ["training.bestEpoch", 0],
  ])("%s: %j", (path, value) => {
    expect(parseManifest(withField(path, value)).ok).toBe(true);
  });
});

describe("refuses, naming the field", () => {
  test.each<[path: string, value: unknown]>([
    ["schemaVersion", 2],
    ["schemaVersion", "1"],
    ["name", ""],
    ["name", "Chest"],
    ["name", "chest--xray"],
    ["name", "-chest"],
    ["name", "chest/xray"],
    ["name", "chest\n"],
    ["name", "a".repeat(65)],
    ["version", "1.2"],
    ["version", "v1.2.0"],
    ["version", "01.2.0"],
    ["version", "1.2.0+build"],
    ["version", "1.2.0-"],
    ["version", "1.2.0-01"],
    ["version", "1.2.0-rc.01"],
    ["version", `1.2.0-${"a".repeat(60)}`],
    ["title", ""],
    ["title", "t".repeat(4001)],
    ["task", "regression"],
    ["labels", [{ name: "normal" }]],
    ["labels", repeat({ name: "normal" }, 1001)],
    ["labels.0.name", ""],
    ["labels.0.name", "n".repeat(129)],
    ["labels.1.coding.code", undefined],
    ["licence", ""],
    ["intendedUse", undefined],
    ["limitations", []],
    ["limitations", repeat("a limitation", 65)],
    ["limitations.0", ""],
  ])("%s: %j", (path, value) => {
    expect(parseManifest(withField(path, value))).toEqual({
      ok: false,
      error: { reason: "manifest_invalid", detail: expect.stringContaining(`bundle.json: ${path}: `) },
    });
  });
});

describe("refuses an input, naming the field", () => {
  test.each<[path: string, value: unknown]>([
    ["input.height", 0],
    ["input.height", 1025],
    ["input.height", 2.5],
    ["input.width", 0],
    ["input.width", 1025],
    ["input.colour", "bgr"],
    ["input.resize.mode", "fill"],
    ["input.resize.filter", "nearest"],
    ["input.oversampling", 3],
    ["input.background", -1],
    ["input.background", 256],
    ["input.background", 0.5],
    ["input.scale", 0],
    ["input.scale", Number.NaN],
    ["input.scale", Infinity],
    ["input.mean", []],
    ["input.mean", [0, 0, 0, 0]],
    ["input.mean.0", Number.NaN],
    ["input.standardDeviation", []],
    ["input.standardDeviation", [1, 1, 1, 1]],
    ["input.standardDeviation.0", Infinity],
    ["input.maxBytes", 0],
    ["input.maxBytes", 33_554_433],
    ["input.maxPixels", 0],
    ["input.maxPixels", 67_108_865],
  ])("%s: %j", (path, value) => {
    const refused = parseManifest(withField(path, value));
    expect(refused.ok ? "accepted" : refused.error.detail).toContain(`bundle.json: ${path}: `);
  });
});

describe("refuses a graph, a policy, a file or a training, naming the field", () => {
  test.each<[path: string, value: unknown]>([
    ["graph.file", "../model.json"],
    ["graph.input", ""],
    ["graph.logits", undefined],
    ["calibration.method", "platt"],
    ["calibration.temperature", 0],
    ["calibration.temperature", -1],
    ["decision.policy", "majority"],
    ["decision.positiveLabel", ""],
    ["decision.threshold", -0.01],
    ["decision.threshold", 1.01],
    ["decision.operatingPoint", undefined],
    ["decision.operatingPoint.sensitivity", 1.01],
    ["decision.operatingPoint.specificity", -0.01],
    ["decision.abstention", undefined],
    ["decision.abstention.minimumProbability", 1.01],
    ["decision.abstention.outOfDistribution.maximumEnergy", Infinity],
    ["decision.abstention.outOfDistribution.method", "odin"],
    ["decision.abstention.outOfDistribution", mahalanobis(0)],
    ["decision.abstention.outOfDistribution", { ...mahalanobis(1), file: "../ood.json" }],
    ["graph.features", ""],
    ["graph.classActivation", { featureMap: "map", kernel: "dense/kernel" }],
    ["graph.classActivation", { featureMap: "map", kernel: "dense/kernel", bias: "dense/bias", scale: 1 }],
    ["graph.classActivation", { featureMap: "", kernel: "dense/kernel", bias: "dense/bias" }],
    ["graph.head", "softmax"],
    ["files", []],
    ["files", repeat(files[0], 65)],
    ["files.1.bytes", 0],
    ["files.1.bytes", 67_108_865],
    ["files.1.sha256", sha256.slice(1)],
    ["files.1.sha256", sha256.toUpperCase()],
    ["training.dataset.sha256", "unknown"],
    ["training.seed", 0.5],
    ["training.epochs", 0],
    ["training.batchSize", 0],
    ["training.validationSplit", -0.1],
    ["training.validationSplit", 0.91],
    ["training.bestEpoch", -1],
  ])("%s: %j", (path, value) => {
    const refused = parseManifest(withField(path, value));
    expect(refused.ok ? "accepted" : refused.error.detail).toContain(`bundle.json: ${path}`);
  });
});

describe("refuses a file's path that", () => {
  test.each([
    ["leaves the folder", "../weights.bin"],
    ["leaves the folder and comes back", "a/../weights.bin"],
    ["is absolute", "/etc/passwd"],
    ["is in a folder", "shards/weights.bin"],
    ["is in a Windows folder", "shards\\weights.bin"],
    ["is the folder itself", "."],
    ["is the parent", ".."],
    ["is hidden", ".gitignore"],
    ["is empty", ""],
    ["ends in a zero byte", "weights.bin\0"],
    ["ends in a line break", "weights.bin\n"],
    ["is escaped", "%2e%2e"],
    ["is longer than 128 characters", "w".repeat(129)],
  ])("%s", (_what, path) => {
    const refused = parseManifest(withField("files.1.path", path));
    expect(refused.ok ? "accepted" : refused.error.detail).toContain("bundle.json: files.1.path: ");
  });
});

describe("refuses parts that contradict each other", () => {
  const rgb = { ...input, colour: "rgb", mean: [0, 0, 0], standardDeviation: [1, 1, 1] };
  test.each<[message: string, field: string, value: unknown]>([
    ["labels repeat a name", "labels", [labels[1], labels[1]]],
    ["files repeat a path", "files", [files[0], files[0]]],
    ["graph.file is not among files", "graph.file", "graph.json"],
    ["files list the manifest or its signature", "files.1.path", "bundle.json"],
    ["files list the manifest or its signature", "files.1.path", "model.sig"],
    ["a binary task has two labels", "labels", [...labels, { name: "unclear" }]],
    ["the threshold policy decides between the two labels of a binary task", "task", "multiclass"],
    ["decision.positiveLabel is not among labels", "decision", { ...decision, positiveLabel: "tuberculosis" }],
    ["mean and standardDeviation have one entry a channel", "input.colour", "rgb"],
    ["mean and standardDeviation have one entry a channel", "input", { ...rgb, colour: "grey" }],
    ["mean and standardDeviation have one entry a channel", "input", { ...rgb, mean: [0, 0] }],
    ["standardDeviation is positive", "input", { ...rgb, standardDeviation: [1, 0, 1] }],
    ["standardDeviation is positive", "input.standardDeviation.0", -1],
    [
      "the mahalanobis gate needs graph.features and its file among files",
      "decision.abstention.outOfDistribution",
      mahalanobis(1),
    ],
  ])("%s (%s)", (message, field, value) => {
    expect(parseManifest(withField(field, value))).toEqual({
      ok: false,
      error: { reason: "manifest_invalid", detail: `bundle.json: the document: ${message}` },
    });
  });
});

describe("refuses a field it does not know", () => {
  test.each([
    ["the document", "threshold"],
    ["input", "input.crop"],
    ["input.resize", "input.resize.antialias"],
    ["labels.0", "labels.0.colour"],
    ["labels.1.coding", "labels.1.coding.version"],
    ["graph", "graph.output"],
    ["calibration", "calibration.bias"],
    ["decision", "decision.reject"],
    ["decision.abstention", "decision.abstention.maximumEnergy"],
    ["decision.abstention.outOfDistribution", "decision.abstention.outOfDistribution.maximumDistance"],
    ["files.0", "files.0.url"],
    ["training.dataset", "training.dataset.split"],
  ])("in %s", (place, path) => {
    const refused = parseManifest(withField(path, 1));
    expect(refused.ok ? "accepted" : refused.error.detail).toContain(`bundle.json: ${place}: `);
  });
});

describe("a multilabel manifest", () => {
  const threshold = { threshold: 0.4, operatingPoint: decision.operatingPoint };
  const multilabel = {
    ...exampleManifest,
    task: "multilabel",
    graph: { ...exampleManifest.graph, head: "sigmoid" },
    decision: { policy: "thresholds", thresholds: [threshold, threshold], abstention: {} },
  };
  const refusal = (changed: object) => {
    const refused = parseManifest({ ...multilabel, ...changed });
    return refused.ok ? "accepted" : refused.error.detail;
  };

  test("has a sigmoid head and a threshold a label", () => {
    expect(parseManifest(multilabel)).toEqual({ ok: true, value: multilabel });
  });

  test("is refused without either", () => {
    expect(refusal({ graph: exampleManifest.graph })).toContain("graph.head is sigmoid for a multilabel task");
    expect(refusal({ decision: { ...multilabel.decision, thresholds: [threshold] } })).toContain("one entry a label");
    expect(refusal({ decision: { policy: "argmax", abstention: {} } })).toContain("has the thresholds policy");
  });

  test("is refused with a minimum for the best label, which it has not", () => {
    const abstention = { minimumProbability: 0.5 };
    expect(refusal({ decision: { ...multilabel.decision, abstention } })).toContain("minimumProbability");
  });
});

test("accepts a mahalanobis gate whose file is listed and whose features are named", () => {
  const { abstention } = decision;
  const gated = {
    ...exampleManifest,
    graph: { ...exampleManifest.graph, head: "sigmoid", features: "pool" },
    decision: { ...decision, abstention: { ...abstention, outOfDistribution: mahalanobis(12.5) } },
  };
  expect(parseManifest(gated)).toEqual({ ok: true, value: gated });
});

test.each([undefined, null, "manifest", 1, [], {}])("refuses %j in place of a document", (value) => {
  expect(parseManifest(value)).toMatchObject({ ok: false, error: { reason: "manifest_invalid" } });
});

test("never quotes what it refuses", () => {
  const refused = parseManifest(withField("name", "Jane Doe"));
  expect(refused.ok ? "accepted" : refused.error.detail).not.toContain("Jane");
});
