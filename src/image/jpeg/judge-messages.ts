// What libjpeg's messages mean for a picture. libjpeg fills what is missing or damaged with grey and carries on, which
// would be a wrong answer here: every warning is a refusal, but for one kind of padding that is common in sound files.

import { fail, type Failure } from "../../base/result.ts";

/**
 * Some encoders flush their bit buffer once too often and leave a byte, or 0xFF with its stuffed zero. Known weakness:
 * libjpeg counts what it has not read, and it reads up to four bytes ahead, so as many more may be left over unnoticed.
 */
const MAX_FLUSHED_BYTES = 2;

/** Undefined when nothing was said that matters. `file` is what was decoded and ends with its end-of-image marker. */
export function judgeMessages(
  messages: readonly string[],
  file: Uint8Array,
): Failure<"truncated" | "corrupt" | "unsupported"> | undefined {
  const message = messages.find((text) => !isHarmlessPadding(text, file));
  if (message === undefined) return undefined;
  if (message.startsWith("Premature end of JPEG file")) return fail("truncated", "the JPEG ends too early").error;
  if (/^(?:Unsupported|Sorry|Fractional sampling|CCIR601|Not implemented)/.test(message)) {
    return fail("unsupported", "the JPEG uses a feature that the decoder does not have").error;
  }
  return fail("corrupt", "the JPEG's image data is damaged").error;
}

/**
 * "Extraneous bytes" before the end-of-image marker: cameras pad the file with zeros there. By then all data has been
 * decoded without a complaint, since this would not be the first warning otherwise. Anything else left over, or left over
 * before another marker, is the usual trace of a damaged bit further up.
 */
function isHarmlessPadding(message: string, file: Uint8Array): boolean {
  const match = /^Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9$/.exec(message);
  if (!match) return false;
  const count = Number(match[1]);
  return count <= MAX_FLUSHED_BYTES || file.subarray(-2 - count, -2).every((byte) => byte === 0);
}
