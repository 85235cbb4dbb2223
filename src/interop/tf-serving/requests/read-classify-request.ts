// The body of `:classify` to the images in it: one for each example, among whatever other features it has.

import * as z from "zod/mini";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { InputSpec } from "../../../bundle/manifest.ts";
import type { PostedImage } from "../../../predict.ts";
import { isBase64Object, readImage } from "./read-image.ts";
import type { ReadPredictReason } from "./read-predict-request.ts";
import { CLASSIFY_SIGNATURE, DEFAULT_SIGNATURE } from "../signatures.ts";

/** As in tf.Example, a feature is a value or a flat list of values. */
const featuresSchema = z.record(z.string(), z.unknown());

export const classifyRequestSchema = z.object({
  signature_name: z.optional(z.string()),
  /** Features that every example has. */
  context: z.optional(featuresSchema),
  examples: z.array(featuresSchema).check(z.minLength(1)),
});

export function readClassifyRequest(
  { signature_name: name, context = {}, examples }: z.infer<typeof classifyRequestSchema>,
  input: Pick<InputSpec, "height" | "width" | "colour">,
  maxImages: number,
): Result<PostedImage[], Failure<ReadPredictReason>> {
  if (name && name !== CLASSIFY_SIGNATURE && name !== DEFAULT_SIGNATURE) {
    return fail("invalid_request", `signature_name is ${CLASSIFY_SIGNATURE}`);
  }
  if (examples.length > maxImages) return fail("too_many_images", `a request may have at most ${maxImages} images`);
  const images: PostedImage[] = [];
  for (const [i, example] of examples.entries()) {
    const at = `examples[${i}]`;
    if (Object.keys(example).some((feature) => Object.hasOwn(context, feature))) {
      return fail("invalid_request", `${at} has a feature that the context has too`);
    }
    const values = findImages([...Object.values(context), ...Object.values(example)], input);
    if (values.length !== 1) return fail("invalid_request", `${at} does not have one feature that is an image`);
    const image = readImage(values[0], at);
    if (!image.ok) return image;
    images.push(image.value);
  }
  return ok(images);
}

/** Files, or where there are none, as many numbers as the model's input has. */
function findImages(
  features: readonly unknown[],
  { height, width, colour }: Parameters<typeof readClassifyRequest>[1],
) {
  const files = features.map((feature) => (Array.isArray(feature) && feature.length === 1 ? feature[0] : feature));
  const found = files.filter(isBase64Object);
  if (found.length > 0) return found;
  const channels = colour === "grey" ? 1 : 3;
  return features
    .filter((feature): feature is unknown[] => Array.isArray(feature) && feature.length === height * width * channels)
    .map((samples) => nest(nest(samples, channels), width));
}

/** Cuts a list into lists of `length`. */
const nest = (values: readonly unknown[], length: number): unknown[][] =>
  Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));
