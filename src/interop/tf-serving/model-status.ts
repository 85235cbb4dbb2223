// The state of a model as TensorFlow Serving's GetModelStatusResponse says it in JSON.

import * as z from "zod/mini";

export const modelVersionStatusSchema = z.array(
  z.object({
    /** TensorFlow Serving's versions are integers; ours are semantic versions, and both are strings in its JSON. */
    version: z.string(),
    state: z.literal("AVAILABLE"),
    status: z.object({ error_code: z.literal("OK"), error_message: z.literal("") }),
  }),
);

/** Of a version that is loaded and has passed its self-test: no other is ever reported. */
export function toModelVersionStatus(version: string): z.infer<typeof modelVersionStatusSchema> {
  return [{ version, state: "AVAILABLE", status: { error_code: "OK", error_message: "" } }];
}
