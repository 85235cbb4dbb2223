// Rounding a channel's weights moves the mean of what it makes; its bias takes that back (Nagel et al. 2019, "Data-free
// quantization through weight equalization and bias correction", section 4.2), with means of calibration images.

import type { Plan } from "../../src/model/plan/create-plan.ts";
import type { Constants } from "../../src/model/plan/graph/constants.ts";
import { toEightBits } from "../../src/model/kernels/pack-levels.ts";
import type { Layer } from "./float-graph.ts";

/** The mean of each channel of the values, over images and pixels. */
export function observeMeans(
  plan: Plan,
  names: readonly string[],
  count: number,
  imageAt: (i: number) => Float32Array,
): Map<string, Float64Array> {
  const means = new Map(names.map((name) => [name, new Float64Array(plan.shapeOf(name).at(-1) ?? 1)]));
  for (let i = 0; i < count; i++) {
    plan.run(imageAt(i), 0);
    for (const [name, mean] of means) {
      const numbers = plan.read(name);
      const share = mean.length / numbers.length / count;
      numbers.forEach((number, at) => (mean[at % mean.length] += number * share));
    }
  }
  return means;
}

/** New biases of the layers that have weights and a bias of their own in the graph, by the names of their constants. */
export function correctBiases(
  layers: readonly Layer[],
  constants: Constants,
  means: ReadonlyMap<string, Float64Array>,
): Map<string, Float32Array> {
  const corrected = new Map<string, Float32Array>();
  for (const { kernel, bias, reads } of layers) {
    const weights = kernel && constants.get(kernel.name)?.values;
    const old = bias === undefined ? undefined : constants.get(bias)?.values;
    const mean = means.get(reads[0]);
    if (!weights || !old || !mean || bias === undefined) continue;
    const { values, scales } = toEightBits(weights, kernel.channels);
    const moved = new Float64Array(kernel.channels);
    for (let i = 0; i < weights.length; i++) {
      const channel = i % kernel.channels;
      const read = kernel.isDepthwise ? channel : Math.floor(i / kernel.channels) % mean.length;
      moved[channel] += (values[i] * scales[channel] - weights[i]) * mean[read];
    }
    corrected.set(
      bias,
      Float32Array.from(old, (value, channel) => value - moved[channel]),
    );
  }
  return corrected;
}
