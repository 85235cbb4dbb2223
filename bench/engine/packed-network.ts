// A network and one image in a single body: the length of the JSON, the JSON, the image's floats, the weights.

import type { NetworkGraph } from "./plan-network.ts";

type Described = Omit<NetworkGraph, "weightData"> & { imageLength: number };

export function packNetwork({ weightData, ...described }: NetworkGraph, image: Float32Array): Uint8Array {
  const json = new TextEncoder().encode(
    JSON.stringify({ ...described, imageLength: image.length } satisfies Described),
  );
  const packed = new Uint8Array(4 + json.length + image.byteLength + weightData.byteLength);
  new DataView(packed.buffer).setUint32(0, json.length);
  packed.set(json, 4);
  packed.set(new Uint8Array(image.buffer, image.byteOffset, image.byteLength), 4 + json.length);
  packed.set(new Uint8Array(weightData), 4 + json.length + image.byteLength);
  return packed;
}

export function unpackNetwork(packed: ArrayBuffer): { graph: NetworkGraph; image: Float32Array } {
  const begin = 4 + new DataView(packed).getUint32(0);
  const { imageLength, ...graph } = JSON.parse(new TextDecoder().decode(packed.slice(4, begin))) as Described;
  const end = begin + 4 * imageLength;
  return { graph: { ...graph, weightData: packed.slice(end) }, image: new Float32Array(packed.slice(begin, end)) };
}
