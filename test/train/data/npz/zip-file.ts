// Writes zip archives entry by entry (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16), with whatever lies a test
// wants to tell in an entry's records.

import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes, toUtf8 } from "../../../../src/base/bytes.ts";

export type ZipEntry = {
  name: string;
  content: Uint8Array;
  stored?: boolean;
  /** What the records say in place of the truth. */
  says?: { crc?: number; size?: number; method?: number; flags?: number };
};

const numbers = (bytes: number, ...values: number[]) =>
  Uint8Array.from(values.flatMap((value) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)));

export function zip(...entries: ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, stored = false, says = {} } of entries) {
    const data = stored ? content : deflateRawSync(content);
    const common = concatBytes([
      numbers(2, 20, says.flags ?? 0, says.method ?? (stored ? 0 : 8), 0, 0),
      numbers(4, says.crc ?? crc32(content), data.length, says.size ?? content.length),
      numbers(2, name.length, 0),
    ]);
    const local = concatBytes([numbers(4, 0x04034b50), common, toUtf8(name), data]);
    const rest = concatBytes([numbers(2, 0, 0, 0), numbers(4, 0, offset)]);
    directory.push(concatBytes([numbers(4, 0x02014b50), numbers(2, 20), common, rest, toUtf8(name)]));
    parts.push(local);
    offset += local.length;
  }
  const central = concatBytes(directory);
  const end = [numbers(2, 0, 0, entries.length, entries.length), numbers(4, central.length, offset), numbers(2, 0)];
  return concatBytes([...parts, central, numbers(4, 0x06054b50), ...end]);
}
