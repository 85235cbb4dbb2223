// Runs a loaded graph on a batch and parts what it gives by image.

import type { GraphModel } from "@tensorflow/tfjs-converter";
import { tensor4d, tidy, type io, type Tensor } from "@tensorflow/tfjs-core";
import type { FeatureMap } from "../bundle/class-activation.ts";
import type { InputSpec, Manifest } from "../bundle/manifest.ts";
import type { Output, RunOptions } from "./model.ts";

/** One forward pass over all images of `inputNhwc`. Leaves no tensor behind. */
export function runGraph(
  graph: GraphModel<io.IOHandlerSync>,
  names: Manifest["graph"],
  { height, width, colour }: InputSpec,
  inputNhwc: Float32Array,
  options?: RunOptions,
): Output[] {
  const channels = colour === "grey" ? 1 : 3;
  const images = inputNhwc.length / (height * width * channels);
  const mapName = options?.featureMap ? names.classActivation?.featureMap : undefined;
  let outputs: Output[] = [];
  // Handed out past `tidy`, which looks for tensors in whatever is returned to it, at every number of an array: a fifth of
  // a small network's time for a feature map of 3,000.
  tidy(() => {
    const wanted = [names.logits, names.features, mapName].filter((name) => name !== undefined);
    const input4d = tensor4d(inputNhwc, [images, height, width, channels]);
    const tensors = [graph.execute({ [names.input]: input4d }, wanted)].flat();
    const read = <Part>(name: string | undefined, toParts: (tensor: Tensor) => Part[]) =>
      name === undefined ? undefined : toParts(tensors[wanted.indexOf(name)]);
    const logits = toRows(tensors[0], images); // [images, logits]
    const features = read(names.features, (tensor) => toRows(tensor, images)); // [images, features]
    const maps = read(mapName, (tensor) => toMaps(tensor, images)); // [images, height, width, channels]
    outputs = logits.map((row, i) => ({
      logits: row,
      ...(features && { features: features[i] }),
      ...(maps && { featureMap: maps[i] }),
    }));
  });
  return outputs;
}

function toMaps(tensor: Tensor, images: number): FeatureMap[] {
  const [, height, width, channels] = tensor.shape;
  return toRows(tensor, images).map((data) => ({ height, width, channels, data }));
}

function toRows(tensor: Tensor, images: number): Float32Array[] {
  const values = tensor.dataSync<"float32">();
  const length = values.length / images;
  return Array.from({ length: images }, (_, i) => values.subarray(i * length, (i + 1) * length));
}
