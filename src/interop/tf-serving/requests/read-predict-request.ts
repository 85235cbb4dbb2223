// The body of `:predict` to the images in it: rows as `instances`, or columns as `inputs`.

import * as z from "zod/mini";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { PostedImage } from "../../../predict.ts";
import { isBase64Object, isImage, readImage, type ReadTensorReason } from "./read-image.ts";
import { DEFAULT_SIGNATURE, PREDICT_OUTPUTS, type PredictSignature } from "../signatures.ts";

/** What images are is for whoever reads them: a schema would copy each of their numbers. */
export const predictRequestSchema = z
  .object({
    signature_name: z.optional(z.string()),
    instances: z.optional(z.array(z.unknown()).check(z.minLength(1))),
    inputs: z.optional(z.unknown()),
  })
  .check(z.refine(({ instances, inputs }) => (instances === undefined) !== (inputs === undefined)));

/** `keys` are the caller's own names of its images, given back with their answers. */
export type PredictRequest = {
  signature: PredictSignature;
  format: "row" | "columnar";
  images: PostedImage[];
  keys?: unknown[];
};

export type ReadPredictReason = ReadTensorReason | "too_many_images";

type Read<Value> = Result<Value, Failure<ReadPredictReason>>;

/** As many images as there are rows, and a key for each or none at all. */
type Columns = { images: { value: unknown; at: string }[]; keys?: unknown[] };

export function readPredictRequest(
  { signature_name: name, instances, inputs }: z.infer<typeof predictRequestSchema>,
  maxImages: number,
): Read<PredictRequest> {
  const signature = readSignature(name || DEFAULT_SIGNATURE);
  if (!signature.ok) return signature;
  const columns = instances ? readRows(instances) : readColumns(inputs);
  if (!columns.ok) return columns;
  const { images: values, keys } = columns.value;
  if (values.length > maxImages) return fail("too_many_images", `a request may have at most ${maxImages} images`);
  const images: PostedImage[] = [];
  for (const { value, at } of values) {
    const image = readImage(value, at);
    if (!image.ok) return image;
    images.push(image.value);
  }
  const format = instances ? "row" : "columnar";
  return ok({ signature: signature.value, format, images, ...(keys && { keys }) });
}

function readSignature(name: string): Result<PredictSignature, Failure<"invalid_request">> {
  const names = Object.keys(PREDICT_OUTPUTS) as PredictSignature[];
  const known = names.find((signature) => signature === name);
  return known ? ok(known) : fail("invalid_request", `signature_name is one of ${names.join(", ")}`);
}

/** `[image, …]` or `[{"any name": image, "key": …}, …]`. */
function readRows(instances: readonly unknown[]): Result<Columns, Failure<"invalid_request">> {
  const rows: { image: unknown; at: string; key?: unknown }[] = [];
  for (const [i, instance] of instances.entries()) {
    const named = isNamed(instance) ? readNamed(instance) : { image: instance };
    if (!named) return fail("invalid_request", `instances[${i}] does not name one image`);
    rows.push({ ...named, at: `instances[${i}]` });
  }
  const keys = rows.flatMap((row) => ("key" in row ? [row.key] : []));
  if (keys.length !== 0 && keys.length !== rows.length) {
    return fail("invalid_request", "either all instances have a key or none");
  }
  const images = rows.map(({ image, at }) => ({ value: image, at }));
  return ok({ images, ...(keys.length > 0 && { keys }) });
}

/** `[image, …]` or `{"any name": [image, …], "key": […]}`. */
function readColumns(inputs: unknown): Result<Columns, Failure<"invalid_request">> {
  const named = isNamed(inputs) ? readNamed(inputs) : { image: inputs };
  if (!named) return fail("invalid_request", "inputs does not name one tensor of images");
  const { image, key } = named;
  if (!Array.isArray(image) || image.length === 0) return fail("invalid_request", "inputs is not a list of images");
  const images = image.map((value: unknown, i) => ({ value, at: `inputs[${i}]` }));
  if (key === undefined) return ok({ images });
  return Array.isArray(key) && key.length === image.length
    ? ok({ images, keys: key })
    : fail("invalid_request", "inputs.key is not one key an image");
}

const isNamed = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isBase64Object(value);

/**
 * The one value that is an image, or the images' column. A model has one input, so that its name says nothing: exporters
 * and examples give it many.
 */
function readNamed({ key, ...values }: Record<string, unknown>): { image: unknown; key?: unknown } | undefined {
  const [image, ...others] = Object.values(values).filter(isImage);
  if (image === undefined || others.length > 0) return undefined;
  return { image, ...(key !== undefined && { key }) };
}
