// A network and one image in a single body: the length of the JSON, the JSON, the image's floats, the weights.

import { parseQuantisation, toQuantisationFile, type Quantisation } from "../../src/bundle/quantisation.ts";
import type { NetworkGraph } from "./plan-network.ts";

type QuantisableGraph = NetworkGraph & { quantisation: Quantisation };
/** The quantisation as the text of its file. */
type Described = Omit<NetworkGraph, "weightData" | "quantisation"> & { imageLength: number; levels: string };

export function packNetwork(
  { weightData, quantisation, ...described }: QuantisableGraph,
  image: Float32Array,
): Uint8Array {
  const levels = new TextDecoder().decode(toQuantisationFile(quantisation));
  const json = new TextEncoder().encode(
    JSON.stringify({ ...described, imageLength: image.length, levels } satisfies Described),
  );
  const packed = new Uint8Array(4 + json.length + image.byteLength + weightData.byteLength);
  new DataView(packed.buffer).setUint32(0, json.length);
  packed.set(json, 4);
  packed.set(new Uint8Array(image.buffer, image.byteOffset, image.byteLength), 4 + json.length);
  packed.set(new Uint8Array(weightData), 4 + json.length + image.byteLength);
  return packed;
}

export function unpackNetwork(packed: ArrayBuffer): { graph: QuantisableGraph; image: Float32Array } {
  const begin = 4 + new DataView(packed).getUint32(0);
  const { imageLength, levels, ...graph } = JSON.parse(new TextDecoder().decode(packed.slice(4, begin))) as Described;
  const end = begin + 4 * imageLength;
  const quantisation = parseQuantisation(new TextEncoder().encode(levels));
  if (!quantisation.ok) throw new Error(quantisation.error.detail);
  return {
    graph: { ...graph, weightData: packed.slice(end), quantisation: quantisation.value },
    image: new Float32Array(packed.slice(begin, end)),
  };
}
