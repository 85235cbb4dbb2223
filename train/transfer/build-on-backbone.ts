// A network on a trained backbone: the part up to the cut is frozen, what follows it and a new head are trained.

import { input, layers, model as createModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { BackboneNames } from "./read-backbone.ts";

/** `trainee` takes what `frozen` gives; `whole` is one after the other, on the same weights. */
export type TransferNetwork = {
  /** Undefined where the cut is the input: then everything is trained, on augmented images. */
  frozen: LayersModel | undefined;
  trainee: LayersModel;
  whole: LayersModel;
  /** The layers after which the head and the trained part begin. */
  features: string;
  cut: string;
};

export type Head = {
  /** Whether features with a height and a width are averaged over them first, before they are cached if nothing else is trained. */
  pool: boolean;
  /** Gives logits. */
  build: (features: SymbolicTensor) => SymbolicTensor;
};

type Unfit = Failure<"backbone_unfit">;

/** Values that a layer makes of one image: four times those of VGG's first layers at 224 pixels, 64 MiB. */
const MAX_VALUES = 16 * 1024 ** 2;

/** As many as a sentence can bear. */
const MAX_NAMES = 500;

/**
 * Puts the head on the layer called `features`, by default what a classifier at the end reads, and freezes everything up
 * to and with the layer called `cut`, by default everything. The cut must be the only way through the network. A frozen
 * batch norm keeps its statistics, because its part runs only for inference. `size` is of the images, which may be
 * smaller or larger than the ones that the backbone was trained on, and grey where those had colours.
 */
export function buildOnBackbone(
  backbone: LayersModel,
  head: Head,
  size: { height: number; width: number; channels: number },
  names: BackboneNames = {},
): Result<TransferNetwork, Unfit> {
  const [trainedOn, ...others] = backbone.inputs;
  if (others.length > 0 || backbone.outputs.length !== 1 || trainedOn.rank !== 4)
    return unfit("the backbone does not take one image and give one output");
  const isGreyForColour = size.channels === 1 && trainedOn.shape[3] === 3;
  if (trainedOn.shape[3] !== size.channels && !isGreyForColour)
    return unfit(`the backbone takes images of ${trainedOn.shape[3]} channels, and the recipe's have ${size.channels}`);
  const end = names.features === undefined ? findFeatures(backbone.outputs[0]) : layerOutput(backbone, names.features);
  if (!end) return unknownLayer(backbone, names.features ?? "");
  const cut = names.cut === undefined ? end : layerOutput(backbone, names.cut);
  if (!cut) return unknownLayer(backbone, names.cut ?? "");
  try {
    return assemble(trainedOn, cut, end, head, size);
  } catch {
    // TensorFlow.js says that shapes do not fit only by throwing.
    return unfit(`the backbone cannot take images of ${size.height} x ${size.width} pixels`);
  }
}

function assemble(
  trainedOn: SymbolicTensor,
  cut: SymbolicTensor,
  end: SymbolicTensor,
  head: Head,
  { height, width, channels }: { height: number; width: number; channels: number },
): Result<TransferNetwork, Unfit> {
  const image = input({ shape: [height, width, channels] });
  const seen = trainedOn.shape[3] === channels ? image : spreadGrey(image);
  const pool = (x: SymbolicTensor) =>
    head.pool && x.rank === 4 ? apply(layers.globalAveragePooling2d({ name: "edgescope_pool" }), x) : x;
  if (cut === trainedOn) {
    const tail = replay(end, trainedOn, seen);
    if (!tail) return unfit("the features are not reached from the backbone's input");
    const whole = followBatches(createModel({ inputs: image, outputs: head.build(pool(tail)) }));
    return ok({ frozen: undefined, trainee: whole, whole, features: end.sourceLayer.name, cut: cut.sourceLayer.name });
  }
  const stem = replay(cut, trainedOn, seen);
  if (!stem) return unfit("the cut is not reached from the backbone's input");
  const seam = cut === end ? pool(stem) : stem;
  if (seam.rank !== 2 && seam.rank !== 4) return unfit("the cut gives neither a row of features nor an image of them");
  const frozen = createModel({ inputs: image, outputs: seam });
  // A row of features is cached, and shared between threads, as one pixel.
  const cached = input({ shape: seam.rank === 4 ? seam.shape.slice(1) : [1, 1, seam.shape[1]] });
  const begin = seam.rank === 4 ? cached : apply(layers.flatten({ name: "edgescope_flatten" }), cached);
  const tail = cut === end ? begin : replay(end, cut, begin);
  if (!tail) return unfit("the cut is not the only way through the backbone");
  const logits = head.build(cut === end ? tail : pool(tail));
  const trainee = followBatches(createModel({ inputs: cached, outputs: logits }));
  const joined = replay(logits, begin, seam);
  if (!joined) throw new Error("the head does not read the features");
  const whole = createModel({ inputs: image, outputs: joined });
  const shared = trainee.layers.find((layer) => layer.weights.length > 0 && frozen.layers.includes(layer));
  if (shared) return unfit(`the layer ${shared.name} stands on both sides of the cut`);
  return ok({ frozen, trainee, whole, features: end.sourceLayer.name, cut: cut.sourceLayer.name });
}

/**
 * Moving statistics follow a tenth of each batch's: what the backbone was trained with, often a thousandth, stays behind
 * in a run of a few hundred steps.
 */
function followBatches(network: LayersModel): LayersModel {
  for (const layer of network.layers) if ("momentum" in layer) layer.momentum = 0.9;
  return network;
}

/** Red, green and blue of a grey image are the same. */
function spreadGrey(image: SymbolicTensor): SymbolicTensor {
  return apply(layers.concatenate({ name: "edgescope_grey" }), [image, image, image]);
}

/** What the last dense layer reads, if nothing but an activation follows it; otherwise the output itself. */
function findFeatures(output: SymbolicTensor): SymbolicTensor {
  let x = output;
  while (["Activation", "Softmax", "Dropout"].includes(x.sourceLayer.getClassName())) [x] = x.inputs;
  return x.sourceLayer.getClassName() === "Dense" ? x.inputs[0] : output;
}

function layerOutput(backbone: LayersModel, name: string): SymbolicTensor | undefined {
  const output = backbone.layers.find((layer) => layer.name === name)?.output;
  return Array.isArray(output) ? undefined : output;
}

/** Applies the layers between `from` and `to` once more, beginning at `start`; undefined if there is a way around `from`. */
function replay(to: SymbolicTensor, from: SymbolicTensor, start: SymbolicTensor): SymbolicTensor | undefined {
  const replayed = new Map<SymbolicTensor, SymbolicTensor>([[from, start]]);
  const visit = (tensor: SymbolicTensor): SymbolicTensor | undefined => {
    const known = replayed.get(tensor);
    if (known || tensor.inputs.length === 0) return known;
    const inputs: SymbolicTensor[] = [];
    for (const source of tensor.inputs) {
      const visited = visit(source);
      if (!visited) return undefined;
      inputs.push(visited);
    }
    const output = apply(tensor.sourceLayer, inputs.length === 1 ? inputs[0] : inputs);
    replayed.set(tensor, output);
    return output;
  };
  return visit(to);
}

function apply(layer: layers.Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const output = layer.apply(x) as SymbolicTensor;
  const values = countValues(output);
  // TF.js gives an image that is smaller than a window a negative size.
  if (values < 1) throw new Error("nothing is left of the image");
  if (values > MAX_VALUES) throw new Error("too much is made of it");
  // TF.js looks at these sizes only when the layer runs.
  if (layer.getClassName() === "Reshape" && !Array.isArray(x) && countValues(x) !== values)
    throw new Error("left over");
  return output;
}

/** Of one image; 0 where a size is not known or not positive. */
const countValues = ({ shape }: SymbolicTensor): number =>
  shape.slice(1).reduce<number>((product, length) => product * Math.max(length ?? 0, 0), 1);

function unknownLayer({ layers: all }: LayersModel, name: string): { ok: false; error: Unfit } {
  const known = all.slice(0, MAX_NAMES).map((layer) => layer.name);
  return unfit(`the backbone has no layer called ${name}. It has: ${known.join(", ")}`);
}

const unfit = (why: string) => fail("backbone_unfit", why);
