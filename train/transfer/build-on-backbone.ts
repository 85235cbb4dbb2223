// A network on a trained backbone: the part up to the cut is frozen, what follows it and a new head are trained.

import { input, model as createModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";

/** `trainee` takes what `frozen` gives; `whole` is one after the other, on the same weights. */
export type TransferNetwork = { frozen: LayersModel; trainee: LayersModel; whole: LayersModel };

/**
 * Freezes the backbone up to and with the layer called `cut`, by default all of it. The cut must be the only way through
 * the network. A frozen batch norm keeps its statistics, because its part runs only for inference. `size` is of the
 * images, which may be smaller or larger than the ones that the backbone was trained on.
 */
export function buildOnBackbone(
  backbone: LayersModel,
  buildHead: (features: SymbolicTensor) => SymbolicTensor,
  size: { height: number; width: number },
  cut = backbone.layers.at(-1)?.name ?? "",
): TransferNetwork {
  const [trainedOn] = backbone.inputs;
  const image = input({ shape: [size.height, size.width, trainedOn.shape[3]] });
  const cutAt = backbone.getLayer(cut).output as SymbolicTensor;
  const seam = replay(cutAt, trainedOn, image);
  const frozen = createModel({ inputs: image, outputs: seam });
  const features = input({ shape: seam.shape.slice(1) });
  const tail = replay(backbone.outputs[0], cutAt, features);
  const logits = buildHead(tail);
  const trainee = createModel({ inputs: features, outputs: logits });
  const whole = createModel({ inputs: image, outputs: replay(logits, features, seam) });
  return { frozen, trainee, whole };
}

/** Applies the layers between `from` and `to` once more, beginning at `start`; they share their weights with the first time. */
function replay(to: SymbolicTensor, from: SymbolicTensor, start: SymbolicTensor): SymbolicTensor {
  const replayed = new Map<SymbolicTensor, SymbolicTensor>([[from, start]]);
  const visit = (tensor: SymbolicTensor): SymbolicTensor => {
    const known = replayed.get(tensor);
    if (known) return known;
    if (tensor.inputs.length === 0) throw new Error("the cut is not the only way through the backbone");
    const inputs = tensor.inputs.map(visit);
    const output = tensor.sourceLayer.apply(inputs.length === 1 ? inputs[0] : inputs) as SymbolicTensor;
    replayed.set(tensor, output);
    return output;
  };
  return visit(to);
}
