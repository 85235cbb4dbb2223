// The type of an image from its first bytes; what the sender declares is never asked.

export type MediaType = "image/png" | "image/jpeg" | "image/webp";

/** PNG third edition, section 5.2. */
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** SOI and the first byte of the marker that must follow it (ITU T.81, B.1.1.3 and B.2.1). */
const JPEG_START = [0xff, 0xd8, 0xff];

/** "RIFF", a length that is anything, "WEBP" (RFC 9649, section 2.4). */
const WEBP_START = [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50];

/** A file cut inside its signature has the type that it begins like, so that it is refused as truncated. */
export function sniffMediaType(bytes: Uint8Array): MediaType | undefined {
  const startsLike = (signature: (number | undefined)[]) =>
    signature.every((byte, i) => byte === undefined || i >= bytes.length || bytes[i] === byte);
  if (startsLike(PNG_SIGNATURE)) return "image/png";
  if (startsLike(JPEG_START)) return "image/jpeg";
  if (startsLike(WEBP_START)) return "image/webp";
  return undefined;
}
