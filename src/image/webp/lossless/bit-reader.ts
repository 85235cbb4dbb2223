// Reads bits as WebP's lossless format packs them: the lowest bit of each byte first (RFC 9649, section 3.2).

export type BitReader = {
  /** Up to 18 bits, the first one lowest; zeros after the end. */
  read: (count: number) => number;
  /** Whether more was read than there is. */
  isPastEnd: () => boolean;
};

export function createBitReader(bytes: Uint8Array): BitReader {
  const end = bytes.length * 8;
  let position = 0;
  return {
    read(count) {
      let value = 0;
      for (let bit = 0; bit < count; bit++, position++) {
        if (position < end) value |= ((bytes[position >> 3] >> (position & 7)) & 1) << bit;
      }
      return value;
    },
    isPastEnd: () => position > end,
  };
}
