// The native dialect, described.

import { BODY, IMAGE, LIST, MODEL } from "../codes.ts";
import type { Described, Header } from "../describe-operation.ts";
import { CHANNEL_IN_PATH, CONTENT_ENCODING, MODEL_NAME, SELECTOR, SUBJECT } from "../parameters.ts";
import { refTo } from "../schema-components.ts";

const said = (description: string, required: boolean, schema = {}): Header => ({
  description,
  ...(required && { required }),
  schema: { type: "string", ...schema },
});

/** The overlay is an image and has no other place for them. */
const OVERLAY_HEADERS = {
  "Edgescope-Model": said("With `image/png`: the model's name.", false),
  "Edgescope-Version": said("With `image/png`: the model's version.", false),
  "Edgescope-Digest": said("With `image/png`: the model's digest.", false, { pattern: "^[0-9a-f]{64}$" }),
  "Edgescope-Channel": said("With `image/png`: the channel that named the version.", false),
  "Edgescope-Outcome": said("With `image/png`: the decision's outcome.", false),
  "Edgescope-Label": said("With `image/png`: the label that the map is of, percent-encoded.", false),
  "Edgescope-Method": said("With `image/png`: how the map was made.", false),
  "Edgescope-Notice": said("With `image/png`: what the answer is not.", false),
};

/** A part of a form. */
const FILE = { type: "string", contentMediaType: "application/octet-stream" };

const CLASSIFY: Described = {
  id: "classify",
  summary: "Classify an image, or several",
  description:
    "One image is answered with what the model says of it, or with a problem. Several files of a form, and JSON always, are answered with `results` in order, each with what is said of the image or with its own `error`; the status is then 200.",
  scope: "classify",
  parameters: [
    MODEL_NAME,
    {
      name: "top",
      in: "query",
      description: "How many labels, the most probable first; without it all of them.",
      schema: { type: "integer", minimum: 1, maximum: 9999 },
    },
    {
      name: "list",
      in: "query",
      description: "The answer has `results` for a single image too, with its own `error` if it has one.",
      schema: { type: "string", enum: ["true"] },
    },
    {
      name: "explain",
      in: "query",
      description:
        "A map of what moved the score: class activation where the network allows it, occlusion otherwise. It does not show where disease is.",
      schema: { type: "string", enum: ["map"] },
    },
    {
      name: "label",
      in: "query",
      description: "With `explain`: the label that the map is of, in place of the one decided for.",
      schema: { type: "string" },
    },
    ...SELECTOR,
    SUBJECT,
    CONTENT_ENCODING,
  ],
  body: {
    description:
      "PNG, JPEG or WebP. What an image is, its bytes say: a media type other than those of a form and of JSON is not looked at.",
    content: {
      "image/png": {},
      "image/jpeg": {},
      "image/webp": {},
      "application/octet-stream": {},
      "multipart/form-data": {
        schema: {
          type: "object",
          description: "Files under whatever names.",
          minProperties: 1,
          additionalProperties: { anyOf: [FILE, { type: "array", items: FILE }] },
        },
      },
      "application/json": { schema: refTo("ImagesRequest") },
    },
  },
  answer: {
    description:
      "What the model says. The `error` of one image of several has the code of a problem, or `invalid_base64` or `unsupported_url`. With `explain=map` and `Accept: image/png`, the overlay of one image alone.",
    headers: OVERLAY_HEADERS,
    content: {
      "application/json": { schema: { anyOf: [refTo("Classification"), refTo("Classifications")] } },
      "image/png": {},
    },
  },
  errors: "problem",
  codes: [...MODEL, ...BODY, ...LIST, ...IMAGE, "invalid_multipart", "invalid_parameter"],
};

export const NATIVE_OPERATIONS: Record<string, Record<string, Described>> = {
  "/v1/models": {
    get: {
      id: "listModels",
      summary: "List the models",
      description: "Those that the caller may use, with what their channels name. It is KServe v1's list too.",
      scope: "models:read",
      answer: { description: "The models.", content: { "application/json": { schema: refTo("ModelList") } } },
      errors: "problem",
      codes: ["storage_unavailable"],
    },
  },
  "/v1/models/{model}": {
    get: {
      id: "getModel",
      summary: "Read a model's card",
      description:
        "What it is for, what it expects, what it was trained on, where it fails. It is KServe v1's readiness and TensorFlow Serving's status too.",
      scope: "models:read",
      parameters: [MODEL_NAME, ...SELECTOR, SUBJECT],
      answer: { description: "The card.", content: { "application/json": { schema: refTo("ModelCard") } } },
      errors: "model_problem",
      codes: [...MODEL, "invalid_parameter"],
    },
  },
  "/v1/models/{model}/classify": { post: CLASSIFY },
  "/v1/models/{model}/channels/{channel}": {
    post: {
      id: "changeChannel",
      summary: "Promote a version, or roll back",
      description:
        '`{"version": …}` makes the channel name a version that is in the registry, after it has been verified; `percent` is the share of a canary. `{"rollback": true}` goes one step back in the channel\'s history, `{"end": true}` takes a canary, a shadow or a channel of another name away. Of two orders at the same time one wins, and the other is answered 409 `channel_conflict`. Who ordered it stands in the channel\'s history. The change is seen within 30 seconds.',
      scope: "models:write",
      parameters: [MODEL_NAME, CHANNEL_IN_PATH, CONTENT_ENCODING],
      body: { description: "The order.", content: { "application/json": { schema: refTo("ChannelOrder") } } },
      answer: {
        description: "What the channel names now.",
        content: { "application/json": { schema: refTo("ChannelChanged") } },
      },
      errors: "problem",
      codes: [
        ...BODY,
        "bundle_too_large",
        "bundle_unverifiable",
        "change_refused",
        "channel_conflict",
        "invalid_json",
        "invalid_request",
        "json_too_deep",
        "json_too_many_values",
        "model_not_allowed",
        "storage_unavailable",
        "version_not_found",
        "version_unverifiable",
      ],
    },
  },
};
