// The requests of the dialect as the description of the API has them. What images are is checked by whoever reads them, since
// a schema would copy each of their numbers; a test holds the two to each other.

import * as z from "zod/mini";

const sampleSchema = z.number().check(z.minimum(0), z.maximum(255));
const base64Schema = z.string().check(z.describe("A PNG, JPEG or WebP file in base64."));

export const tensorImageSchema = z
  .union([
    z.strictObject({ b64: base64Schema }),
    base64Schema,
    z.array(z.array(sampleSchema).check(z.minLength(1))).check(z.minLength(1), z.describe("Rows of grey samples.")),
    z
      .array(z.array(z.array(sampleSchema).check(z.minLength(1), z.maxLength(4))).check(z.minLength(1)))
      .check(z.minLength(1), z.describe("Rows of pixels with 1 to 4 channels each.")),
  ])
  .check(z.describe("An image of any size: a file, or samples from 0 to 255 in rows of one length."));

const namedImageSchema = z
  .looseObject({ key: z.optional(z.unknown()) })
  .check(z.describe("The image under any one name. A `key` is the caller's own name of it, and is given back."));

const namedImagesSchema = z
  .looseObject({ key: z.optional(z.array(z.unknown())) })
  .check(z.describe("The list of images under any one name, and perhaps a list of keys."));

const signatureName = z.optional(
  z.string().check(z.describe("`serving_default` (probabilities), `serving_bytes` (the same) or `named_outputs`.")),
);

export const describedPredictRequestSchema = z.union([
  z.object({
    signature_name: signatureName,
    instances: z.array(z.union([tensorImageSchema, namedImageSchema])).check(z.minLength(1)),
  }),
  z.object({
    signature_name: signatureName,
    inputs: z.union([z.array(tensorImageSchema).check(z.minLength(1)), namedImagesSchema]),
  }),
]);

export const describedClassifyRequestSchema = z.object({
  signature_name: z.optional(z.string().check(z.describe("`classification`."))),
  context: z.optional(z.record(z.string(), z.unknown()).check(z.describe("Features that every example has."))),
  examples: z
    .array(
      z
        .record(z.string(), z.unknown())
        .check(
          z.describe(
            'Features, one of which is an image, here or in the context: `{"b64": …}`, or as many numbers as the model\'s input has.',
          ),
        ),
    )
    .check(z.minLength(1)),
});
