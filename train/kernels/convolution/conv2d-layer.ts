// The convolution layer's training path: bias and ReLU within the convolution, and gradients that are computed where they
// are asked for. tfjs-core's composition makes three passes of them, and its fused operation the images' gradient as well.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { workspaceOf } from "../workspace.ts";
import { convolution, filterGradient, geometryOf, inputGradient, type Geometry } from "./conv2d.ts";

const KERNEL = "EdgescopeConv2D";

/** Fields of tfjs-layers 4.22.0's Conv2D that its types keep private. */
type Conv2DLayer = Omit<layers.Layer, "call"> & {
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[];
  dataFormat: "channelsFirst" | "channelsLast";
  strides: [number, number];
  padding: "valid" | "same" | "causal";
  dilationRate: [number, number];
  activation: { getClassName(): string };
  kernel: { read(): tf.Tensor };
  bias: { read(): tf.Tensor } | null;
};

type Attrs = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dilations"> & { clips: boolean };

let registered = false;

/** Gives every convolution layer, those that exist included, the faster training path; once. */
export function registerConv2DLayer(): void {
  if (registered) return;
  registered = true;
  registerOperation();
  // tfjs-layers does not export the class, and layers read from JSON are made by it.
  const prototype = Object.getPrototypeOf(
    layers.conv2d({ filters: 1, kernelSize: 1, name: "prototype" }),
  ) as Conv2DLayer;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the layer as its `this`
  const stock = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const activation = this.activation.getClassName();
    const isOurs =
      tf.getBackend() === "wasm" &&
      kwargs.training === true &&
      this.dataFormat === "channelsLast" &&
      this.padding !== "causal" &&
      (activation === "linear" || activation === "relu");
    if (!isOurs) return stock.call(this, inputs, kwargs);
    const { strides, dilationRate: dilations, padding: pad } = this;
    const attrs = { strides, dilations, pad, clips: activation === "relu" };
    const weights = { filter: this.kernel.read(), ...(this.bias && { bias: this.bias.read() }) };
    return tf.engine().runKernel<tf.Tensor>(KERNEL, { x, ...weights }, attrs);
  };
}

function registerOperation(): void {
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, filter, bias } = inputs as Partial<tf.NamedTensorInfoMap>;
      if (!x || !filter) throw new Error("A convolution needs images and a filter.");
      const { clips, ...rest } = attrs as unknown as Attrs;
      const geometry = geometryOf(x.shape, filter.shape, { ...rest, dataFormat: "NHWC" });
      return convolution(backend as BackendWasm, x, filter, bias, clips, geometry);
    },
  });
  tf.registerGradient({
    kernelName: KERNEL,
    inputsToSave: ["x", "filter"],
    outputsToSave: [true],
    gradFunc: (dys, [x, filter, y], attrs) => {
      const dy = dys as tf.Tensor;
      const { clips, ...rest } = attrs as unknown as Attrs;
      const backend = tf.backend() as BackendWasm;
      const gate = clips ? y : undefined;
      const geometry = geometryOf(x.shape, filter.shape, { ...rest, dataFormat: "NHWC" });
      return {
        x: () => toTensor(inputGradient(backend, dy, filter, gate, geometry)),
        filter: () => toTensor(filterGradient(backend, x, dy, gate, geometry)),
        bias: () => biasGradient(backend, dy, gate, geometry),
      };
    },
  });
}

/** [outChannels] */
function biasGradient(
  backend: BackendWasm,
  dy: tf.Tensor,
  gate: tf.Tensor | undefined,
  { outChannels }: Geometry,
): tf.Tensor {
  const workspace = workspaceOf(backend);
  const [totals] = workspace.layOut(outChannels * Float64Array.BYTES_PER_ELEMENT);
  workspace.doubles(totals, outChannels).fill(0);
  const gateAt = gate ? workspace.addressOf(gate) : 0;
  workspace.kernels.sumChannels(dy.size / outChannels, outChannels, workspace.addressOf(dy), gateAt, totals);
  return tf.tensor1d(Float32Array.from(workspace.doubles(totals, outChannels)));
}

/** Gives the memory to the engine, and so to the enclosing tf.tidy. */
function toTensor(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}
