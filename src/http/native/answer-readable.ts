// Of the images of a request, those that could be read are answered together.

import { ok, type Failure, type Result } from "../../base/result.ts";
import type { PostedImage } from "../../predict.ts";
import type { RefusedAdmission } from "../load/admit-request.ts";
import type { ReadImage, ReadImageReason } from "./read-images.ts";

/** `answerAll` gives an answer for each readable image, in order; the others keep their failures, in their places. */
export async function answerReadable<Value, Reason extends string>(
  images: readonly ReadImage[],
  answerAll: (readable: PostedImage[]) => Promise<Result<Result<Value, Failure<Reason>>[], RefusedAdmission>>,
): Promise<Result<Result<Value, Failure<Reason | ReadImageReason>>[], RefusedAdmission>> {
  const answered = await answerAll(images.flatMap((image) => (image.ok ? [image.value] : [])));
  if (!answered.ok) return answered;
  let next = 0;
  return ok(images.map((image) => (image.ok ? answered.value[next++] : image)));
}
