// Numbers that all threads of the process see.

export const createSharedArray = (length: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(4 * length));
