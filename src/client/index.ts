// The door of `edgescope/client`.

export type {
  Classification,
  Classifications,
  Coding,
  Decision,
  Explanation,
  Health,
  ImageError,
  ImageFacts,
  ImageResult,
  LabelScore,
  ModelCard,
  ModelIdentity,
  ModelList,
} from "./answers.ts";
export { createClient, type EdgescopeClient } from "./create-client.ts";
export { downscaleImage, type InputSize } from "./downscale/downscale-image.ts";
export { EdgescopeError, type ClientErrorCode, type ErrorCode, type ServiceErrorCode } from "./edgescope-error.ts";
export type { ImageFile, ImageSource } from "./image-body.ts";
export type { CallOptions, ClassifyOptions, ClientOptions, ModelChoice } from "./options.ts";
export type { OnUploadProgress, UploadProgress } from "./transport/message.ts";
