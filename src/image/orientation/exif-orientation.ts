// Reads one number out of an EXIF block. Every read is bounded, and whatever is malformed means "upright": a broken note
// about the picture is no reason to refuse the picture. XMP and maker notes are not consulted.

/** Where the picture's first row and column are (EXIF 2.32, section 4.6.4, tag 274); 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** TIFF 6.0, section 2: byte order and magic, directory of 12-byte entries, a SHORT standing first in the value field. */
const LITTLE_ENDIAN = 0x4949;
const BIG_ENDIAN = 0x4d4d;
const TIFF_MAGIC = 42;
const ENTRY_BYTES = 12;
const TYPE_SHORT = 3;
const TAG_ORIENTATION = 0x0112;

/** `tiff` starts at the byte-order mark, after JPEG's "Exif" prefix. Only the first directory speaks of the main picture. */
export function readExifOrientation(tiff: Uint8Array): Orientation {
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const byteOrder = view.getUint16(0);
  if (byteOrder !== LITTLE_ENDIAN && byteOrder !== BIG_ENDIAN) return 1;
  const little = byteOrder === LITTLE_ENDIAN;
  if (view.getUint16(2, little) !== TIFF_MAGIC) return 1;

  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return 1;
  const entriesEnd = directory + 2 + view.getUint16(directory, little) * ENTRY_BYTES;
  for (let entry = directory + 2; entry < entriesEnd && entry + ENTRY_BYTES <= view.byteLength; entry += ENTRY_BYTES) {
    if (view.getUint16(entry, little) !== TAG_ORIENTATION) continue;
    if (view.getUint16(entry + 2, little) !== TYPE_SHORT || view.getUint32(entry + 4, little) !== 1) return 1;
    const value = view.getUint16(entry + 8, little);
    return ORIENTATIONS.find((orientation) => orientation === value) ?? 1;
  }
  return 1;
}
