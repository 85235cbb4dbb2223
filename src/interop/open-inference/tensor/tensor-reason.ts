// Why a tensor or the request around it is not read.

/** `invalid_request` contradicts the protocol or the model's metadata; `too_many_images` is more than one request may have. */
export type TensorReason = "invalid_request" | "too_many_images";
