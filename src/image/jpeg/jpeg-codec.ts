// One WebAssembly instance of the decoder in assembly/, with its exports described.

/** What `run` says: the scan is read, more of the file is needed, the data is damaged, a strip's rows can be taken. */
export const STATE = { done: 0, more: 1, strip: 2, corrupt: 3 } as const;

export type JpegCodec = {
  memory: WebAssembly.Memory;
  /** Address for tables and the file's bytes; `supply` says how many of the latter were written, at most `RAW_BYTES`. */
  raw: () => number;
  supply: (bytes: number) => void;
  /** How many of the bytes supplied are not needed again. */
  consumed: () => number;
  setComponent: (index: number, across: number, down: number, isWanted: boolean) => void;
  /** Bytes of memory that the frame takes; 0 where the sampling is none that is decoded. */
  layOut: (
    width: number,
    height: number,
    components: number,
    scale: number,
    isStored: boolean,
    channels: number,
  ) => number;
  /** Whether more of a component is wanted than its DC coefficients: a scan of others alone is not to be opened otherwise. */
  usesAc: (component: number) => number;
  outWidth: WebAssembly.Global;
  outHeight: WebAssembly.Global;
  allocate: (bytes: number, isYcc: boolean) => boolean;
  setQuantiser: (component: number) => void;
  buildTable: (isAc: number, index: number) => number;
  addToScan: (place: number, component: number, dcTable: number, acTable: number) => void;
  openScan: (
    components: number,
    isProgressive: boolean,
    first: number,
    last: number,
    high: number,
    low: number,
    restartInterval: number,
    maxUnread: number,
  ) => void;
  run: () => number;
  /** Of the last segment of a scan that is done. */
  unreadBytes: () => number;
  unreadAreZero: () => number;
  transformStored: () => number;
  takeRows: () => number;
  /** Address of the rows that were taken. */
  rows: () => number;
};

export const RAW_BYTES = 64 * 1024;

/** Makes an instance; synchronous, 0.1 ms in Node 24. */
export function createJpegCodec(module: WebAssembly.Module): JpegCodec {
  const abort = () => {
    throw new Error("the JPEG decoder has been aborted");
  };
  return new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as JpegCodec;
}
