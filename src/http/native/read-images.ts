// The posted images out of a request: a raw body, the files of a form, or JSON with base64.

import { fromForgivingBase64 } from "../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { PostedImage } from "../../predict.ts";
import type { RequestContext } from "../env.ts";
import type { RequestLimits } from "../request/limits.ts";
import { readBody } from "../request/read-body.ts";
import { isForm, readForm, type ReadFormReason } from "../request/read-form.ts";
import { parseAs, readJson, type ReadJsonReason } from "../request/read-json.ts";
import { imagesRequestSchema, type JsonImage } from "./schemas.ts";

export type ReadImagesReason = ReadFormReason | ReadJsonReason | "invalid_request";

/** Why one image of several could not be read. */
export type ReadImageReason = "invalid_base64" | "unsupported_url";

export type ReadImage = Result<PostedImage, Failure<ReadImageReason>>;

/** `isList` where the request has the form of a list, so that its answer is one: several files, or JSON. */
export type PostedImages = { images: ReadImage[]; isList: boolean };

/** A form stands in memory as its body, as the platform's files, and as their bytes. */
const FORM_COPIES = 3;

/** Longer than any media type. */
const DATA_URL_PREFIX_LENGTH = 256;

/** The declared type tells the form of the request and nothing else; what an image is, is for the decoder to say. */
export async function readImages(
  c: RequestContext,
  maxImageBytes: number,
  limits: RequestLimits,
): Promise<Result<PostedImages, Failure<ReadImagesReason>>> {
  const contentType = c.req.header("content-type") ?? "";
  if (/^application\/json\s*(?:;|$)/i.test(contentType)) return readJsonImages(c, limits);
  if (!isForm(contentType)) {
    const body = await readBody(c, maxImageBytes);
    return body.ok ? ok({ images: [body], isList: false }) : body;
  }
  const body = await readBody(c, limits.maxRequestBytes, FORM_COPIES);
  if (!body.ok) return body;
  const files = await readForm(body.value, contentType, limits.maxImages);
  return files.ok ? ok({ images: files.value.map(ok), isList: files.value.length > 1 }) : files;
}

async function readJsonImages(
  c: RequestContext,
  limits: RequestLimits,
): Promise<Result<PostedImages, Failure<ReadImagesReason>>> {
  const json = await readJson(c, limits);
  if (!json.ok) return json;
  const parsed = parseAs(imagesRequestSchema, json.value);
  if (!parsed.ok) return parsed;
  const { images } = parsed.value;
  if (images.length > limits.maxImages) {
    return fail("too_many_images", `a request may have at most ${limits.maxImages} images`);
  }
  return ok({ images: images.map(readJsonImage), isList: true });
}

function readJsonImage(image: JsonImage): ReadImage {
  const base64 = "b64" in image ? image.b64 : toBase64Part(image.url);
  // Nothing is ever fetched.
  if (base64 === undefined) return fail("unsupported_url", "a URL of an image is a data: URL with base64");
  const bytes = fromForgivingBase64(base64);
  return bytes ? ok(bytes) : fail("invalid_base64", "the image is not base64");
}

/** RFC 2397. */
function toBase64Part(url: string): string | undefined {
  const prefix = url.slice(0, DATA_URL_PREFIX_LENGTH).split(",", 1)[0];
  return /^data:[^,]*;\s*base64$/i.test(prefix) && url[prefix.length] === ","
    ? url.slice(prefix.length + 1)
    : undefined;
}
