// The tables that a JPEG defines between its scans (ITU T.81, B.2.4): quantisers, Huffman codes and the restart interval.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { MARKER } from "./jpeg-segment.ts";

export type JpegTables = {
  /** Steps in zigzag order, by the number that components name. */
  quantisers: (Uint16Array | undefined)[];
  /** DC codes, then AC codes: 16 counts and the symbols behind them, by the number that scans name. */
  codes: [dc: (Uint8Array | undefined)[], ac: (Uint8Array | undefined)[]];
  /** MCUs; 0 for none. */
  restartInterval: number;
};

export const noTables = (): JpegTables => ({ quantisers: [], codes: [[], []], restartInterval: 0 });

/** Adds what a segment defines; segments that define no tables add nothing. */
export function readTables(marker: number, data: Uint8Array, tables: JpegTables): Result<void, Failure<"corrupt">> {
  switch (marker) {
    case MARKER.dqt:
      return readQuantisers(data, tables);
    case MARKER.dht:
      return readCodes(data, tables);
    case MARKER.dri:
      if (data.length !== 2) return badTable;
      tables.restartInterval = (data[0] << 8) | data[1];
      return ok(undefined);
    default:
      return ok(undefined);
  }
}

function readQuantisers(data: Uint8Array, { quantisers }: JpegTables): Result<void, Failure<"corrupt">> {
  for (let at = 0; at < data.length;) {
    const [precision, index] = [data[at] >> 4, data[at] & 15];
    const end = at + 1 + 64 * (precision + 1);
    if (precision > 1 || index > 3 || end > data.length) return badTable;
    const steps = data.subarray(at + 1, end);
    quantisers[index] = Uint16Array.from({ length: 64 }, (_, k) =>
      precision === 0 ? steps[k] : (steps[2 * k] << 8) | steps[2 * k + 1],
    );
    at = end;
  }
  return ok(undefined);
}

function readCodes(data: Uint8Array, { codes }: JpegTables): Result<void, Failure<"corrupt">> {
  for (let at = 0; at < data.length;) {
    const [kind, index] = [data[at] >> 4, data[at] & 15];
    const symbols = data.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    const end = at + 17 + symbols;
    if (kind > 1 || index > 3 || symbols > 256 || end > data.length) return badTable;
    codes[kind][index] = data.subarray(at + 1, end);
    at = end;
  }
  return ok(undefined);
}

const badTable = fail("corrupt", "the JPEG has a table that cannot be");
