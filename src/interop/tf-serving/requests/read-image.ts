// One image of a TensorFlow Serving or KServe v1 request: a file as `{"b64": …}` or, the way KServe's examples have it, as
// base64 text, or nested lists of samples.

import { fromForgivingBase64 } from "../../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { ChannelCount, Samples } from "../../../image/pixels.ts";
import type { PostedImage } from "../../../predict.ts";

export type ReadTensorReason = "invalid_base64" | "invalid_request";

type Read<Value> = Result<Value, Failure<ReadTensorReason>>;

/** `at` is where in the request the value stands, for whoever has to find the mistake. */
export function readImage(value: unknown, at: string): Read<PostedImage> {
  const base64 = isBase64Object(value) ? value.b64 : value;
  if (typeof base64 !== "string") return readSamples(value, at);
  const bytes = fromForgivingBase64(base64);
  return bytes ? ok(bytes) : fail("invalid_base64", `${at} is not base64`);
}

/** What may be an image, rightly made or not: among other values of a request, the one that is meant. */
export const isImage = (value: unknown): boolean =>
  typeof value === "string" || Array.isArray(value) || isBase64Object(value);

/** The only object that stands for a value and not for named ones. */
export function isBase64Object(value: unknown): value is { b64: string } {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return false;
  return "b64" in value && typeof value.b64 === "string";
}

/** Height x width x channels, or grey as height x width; numbers from 0 to 255. */
function readSamples(value: unknown, at: string): Read<Samples> {
  const rows = value as unknown[][];
  if (!Array.isArray(rows) || !Array.isArray(rows[0]) || rows[0].length === 0) {
    return fail("invalid_request", `${at} is neither base64 nor a list of rows of samples`);
  }
  const [height, width] = [rows.length, rows[0].length];
  // Nothing is allocated for a size that the request does not have.
  const other = rows.findIndex((row) => !Array.isArray(row) || row.length !== width);
  if (other !== -1) return fail("invalid_request", `${at}[${other}] is not as long as the rows before it`);
  const [[first]] = rows;
  const hasChannels = Array.isArray(first);
  const channels = hasChannels ? first.length : 1;
  if (!isChannelCount(channels)) return fail("invalid_request", `${at} has pixels of other than 1 to 4 channels`);

  const data = new Float32Array(height * width * channels);
  for (const [y, row] of rows.entries()) {
    for (const [x, pixel] of row.entries()) {
      const samples = hasChannels ? pixel : [pixel];
      if (!Array.isArray(samples) || samples.length !== channels || !samples.every(isSample)) {
        return fail("invalid_request", `${at}[${y}][${x}] is not one number from 0 to 255 for each channel`);
      }
      data.set(samples, (y * width + x) * channels);
    }
  }
  return ok({ width, height, channels, data, maxValue: 255 });
}

const isChannelCount = (count: number): count is ChannelCount => count >= 1 && count <= 4;

const isSample = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 255;
