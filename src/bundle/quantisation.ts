// Which layers of a graph are to be computed in 8 bits, and how numbers become levels there. The graph itself says what it
// would without: an engine that has no kernels for levels runs it in float32.

import * as z from "zod/mini";
import { fromJsonBytes } from "../base/bytes.ts";
import { parseShape } from "../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";

/** Numbers of 8 bits: level l, from 0 to `highest`, stands for (l - zeroPoint) * scale. Those of 7 bits are faster. */
export type Levels = { scale: number; zeroPoint: number; highest: 127 | 255 };

/** By the names of nodes. */
export type Quantisation = {
  /** How what the nodes make becomes levels, where an operation on levels reads or makes it. */
  values: ReadonlyMap<string, Levels>;
  /** The nodes whose operations take levels. What is fused into one operation goes by its last node. */
  layers: ReadonlySet<string>;
};

const name = z.string().check(z.minLength(1), z.maxLength(256));

const quantisationSchema = z.strictObject({
  layers: z.array(name).check(z.minLength(1), z.maxLength(4096)),
  values: z
    .array(
      z
        .strictObject({
          name,
          scale: z.number().check(z.minimum(1e-12), z.maximum(1e12)),
          zeroPoint: z.int().check(z.minimum(0)),
          highest: z.union([z.literal(127), z.literal(255)]),
        })
        .check(z.refine(({ zeroPoint, highest }) => zeroPoint <= highest, "the zero point is a level")),
    )
    .check(z.minLength(1), z.maxLength(4096)),
});

/** Reads the file that the manifest's `quantisation` names. */
export function parseQuantisation(bytes: Uint8Array): Result<Quantisation, Failure<"quantisation_invalid">> {
  const parsed = parseShape(quantisationSchema, fromJsonBytes(bytes));
  if (!parsed.ok) return fail("quantisation_invalid", "the quantisation is malformed");
  const { layers, values } = parsed.value;
  return ok({
    layers: new Set(layers),
    values: new Map(values.map(({ name: value, ...levels }) => [value, levels])),
  });
}

export const toQuantisationFile = ({ layers, values }: Quantisation): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    `${JSON.stringify({ layers: [...layers], values: [...values].map(([value, levels]) => ({ name: value, ...levels })) })}\n`,
  );
