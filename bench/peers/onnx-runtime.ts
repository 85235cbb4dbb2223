// ONNX Runtime, as WebAssembly or native, with one thread, as a contestant. The two packages share one interface.

import type { Contestant } from "../measure/interleave.ts";

type OrtTensor = { data: Float32Array };
type Session = { run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>> };

/** What is used of it. The packages are looked up at run time: the repository type-checks without them. */
type Runtime = {
  env: { wasm: { numThreads?: number } };
  InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, dims: number[]) => OrtTensor;
};

export type OnnxPeer = Contestant & { run: () => Promise<Float32Array> };

/** `run` gives the probabilities of `inputNchw`; the layout is changed before the clock starts. */
export async function loadOnnxPeer(
  name: "onnxruntime-web" | "onnxruntime-node",
  model: Uint8Array,
  inputNchw: Float32Array,
  shape: number[],
  title: string = name,
): Promise<OnnxPeer> {
  const { env, InferenceSession, Tensor } = (await import(name)) as Runtime;
  const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  if (name === "onnxruntime-web") env.wasm.numThreads = 1;
  const options = name === "onnxruntime-web" ? { executionProviders: ["wasm"] } : oneThread;
  const session = await InferenceSession.create(model, { ...options, graphOptimizationLevel: "all" });
  return {
    name: title,
    run: async () => (await session.run({ input: new Tensor("float32", inputNchw, shape) }))["output"].data,
  };
}
