// The inference request object of the Open Inference Protocol v2, as JSON has it. What is not named here is not read:
// the protocol lets a caller add parameters of its own. Some clients write null where they have nothing to say.

import * as z from "zod/mini";

/** Checked against the data before anything is made of it; here it need only be a whole number. */
const size = z.int().check(z.minimum(0));

const inputSchema = z.object({
  name: z.string(),
  shape: z.array(size).check(z.maxLength(8)),
  datatype: z.string(),
  parameters: z.nullish(z.object({ binary_data_size: z.nullish(size) })),
  /** The elements, flat or nested as the shape is; read by whoever knows the datatype. */
  data: z.optional(z.unknown()),
});

const outputSchema = z.object({
  name: z.string(),
  parameters: z.nullish(
    z.object({
      binary_data: z.nullish(z.boolean()),
      classification: z.nullish(size),
      shared_memory_region: z.optional(z.unknown()),
    }),
  ),
});

export const requestSchema = z.object({
  id: z.nullish(z.string()),
  parameters: z.nullish(z.object({ binary_data_output: z.nullish(z.boolean()) })),
  inputs: z.array(inputSchema),
  outputs: z.nullish(z.array(outputSchema)),
});

export type InputJson = z.infer<typeof inputSchema>;
export type RequestJson = z.infer<typeof requestSchema>;
