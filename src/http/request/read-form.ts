// The files of a multipart/form-data body (RFC 7578), in order.

import { toUtf8 } from "../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type ReadFormReason = "invalid_multipart" | "too_many_images";

const [CARRIAGE_RETURN, LINE_FEED] = [0x0d, 0x0a];

export const isForm = (contentType: string): boolean => /^multipart\/form-data\s*(?:;|$)/i.test(contentType);

/** Every part is a file. Parts are counted before the platform makes an object of each. */
export async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  maxFiles: number,
): Promise<Result<Uint8Array<ArrayBuffer>[], Failure<ReadFormReason>>> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return fail("invalid_multipart", "the form's media type names no boundary");
  // One delimiter before each part, and one after the last.
  if (countDelimiters(body, boundary, maxFiles + 2) > maxFiles + 1) {
    return fail("too_many_images", `a request may have at most ${maxFiles} images`);
  }
  const files = await parseFiles(body, contentType);
  if (!files || files.length === 0) {
    return fail("invalid_multipart", "a form has one part or more, and each of them is a file");
  }
  return ok(await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer()))));
}

/** RFC 2046, 5.1.1: a delimiter stands at the beginning of a line. Counts up to `most`, in one pass. */
function countDelimiters(body: Uint8Array, boundary: string, most: number): number {
  const delimiter = toUtf8(`--${boundary}`);
  const isAt = (at: number) => delimiter.every((byte, i) => body[at + i] === byte);
  let delimiters = isAt(0) ? 1 : 0;
  for (let at = 0; at < body.length && delimiters < most; at++) {
    if (body[at] === CARRIAGE_RETURN && body[at + 1] === LINE_FEED && isAt(at + 2)) delimiters++;
  }
  return delimiters;
}

async function parseFiles(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<File[] | undefined> {
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    const parts = [...form.values()];
    const files = parts.filter((part) => part instanceof File);
    return files.length === parts.length ? files : undefined;
  } catch {
    return undefined;
  }
}
