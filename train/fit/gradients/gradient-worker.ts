// A worker thread with a backend and a copy of the network of its own: it gathers shards, gives the gradients of those
// that any worker has gathered, and logits.

import { parentPort, workerData } from "node:worker_threads";
import { tensor4d, tidy, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { models, type LayersModel } from "@tensorflow/tfjs-layers";
import type { Task } from "../../data/dataset.ts";
import { useBackend, type BackendName } from "../../backend.ts";
import { readImages, type StoredImages } from "../../pipeline/stored-images.ts";
import type { Augmentation } from "../batches/augment.ts";
import { createGradientPass, type GradientPass } from "./compute-gradients.ts";
import { toLogits } from "./loss.ts";
import { gatherShard, takeFirst, type ShardBatch, type TrainingArrays } from "../batches/shard-batch.ts";
import { writeWeights } from "../weights/weight-layout.ts";

/** Shared arrays hold all the network's weights one after the other, in the order of `model.weights`. */
export type WorkerSetup = {
  backend: BackendName;
  modelJson: string;
  endsInProbabilities: boolean;
  task: Task;
  focalGamma: number;
  augmentation: Augmentation | undefined;
  seed: number;
  training: TrainingArrays;
  /** What to run the next shard with. */
  weights: Float32Array;
  /** A slot a shard: gradients of the trainable weights, and what the shard made of the others. */
  slots: Float32Array[];
  /** Where shards stand from when they are gathered until their gradients are known. */
  batches: ShardBatch[];
};

/** `at` is an index into `batches`. */
export type WorkerRequest =
  | { kind: "gather"; at: number; epoch: number; indices: Uint32Array }
  | { kind: "shard"; at: number; slot: number; count: number }
  | LogitsRequest;
type LogitsRequest = { kind: "logits"; images: StoredImages; from: number; to: number; logits: Float32Array };
/** Of a request that is not for a shard's gradients, zeros. */
export type ShardReply = { lossSum: number; correct: number };

const setup = workerData as WorkerSetup;
const { shape, classes } = setup.training;

async function serve(): Promise<void> {
  await useBackend(setup.backend);
  const model = await models.modelFromJSON(JSON.parse(setup.modelJson));
  const { endsInProbabilities, task, focalGamma } = setup;
  const pass = createGradientPass(model, { shape, endsInProbabilities, task, focalGamma });
  parentPort?.on("message", (request: WorkerRequest) => parentPort?.postMessage(answer({ model, pass }, request)));
  parentPort?.postMessage("ready");
}

/** A copy of the network, and what gives its gradients. */
type Copy = { model: LayersModel; pass: GradientPass };

function answer({ model, pass }: Copy, request: WorkerRequest): ShardReply {
  if (request.kind === "shard") {
    writeWeights(model, setup.weights);
    return pass(takeFirst(setup.batches[request.at], request.count), setup.slots[request.slot]);
  }
  if (request.kind === "logits") writeLogits(model, request);
  else {
    const { at, epoch, indices } = request;
    const { training, augmentation, seed, batches } = setup;
    gatherShard(training, { indices, epoch, seed, augmentation }, takeFirst(batches[at], indices.length));
  }
  return { lossSum: 0, correct: 0 };
}

function writeLogits(model: LayersModel, { images: stored, from, to, logits }: LogitsRequest): void {
  writeWeights(model, setup.weights);
  const values = readImages(
    stored,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  tidy(() => {
    const images: Tensor4D = tensor4d(values, [to - from, ...shape]);
    const output = toLogits(model.apply(images, { training: false }) as Tensor2D, setup.endsInProbabilities);
    logits.set(output.dataSync<"float32">(), from * classes);
  });
}

await serve();
