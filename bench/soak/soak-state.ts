// What the soak test's Worker tells of itself, and where.

export const STATE_PATH = "/__state";

/** `heapBytes`: the WebAssembly memory of the newest instance of each module; 0 before there is one. */
export type HeldState = { tensors: number; heapBytes: Record<"engine" | "png" | "jpeg", number> };
