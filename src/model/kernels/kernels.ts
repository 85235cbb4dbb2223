// The kernels of src/model/kernels/assembly, bound to a memory. Arguments are byte addresses in it and counts; nothing is
// checked, because whoever plans a graph has placed every buffer.

/** A kernel of the compiled module: its parameters are described in its source. */
type Kernel = (...parameters: number[]) => void;

type KernelName =
  | "add"
  | "addLevels"
  | "applyActivation"
  | "averagePool"
  | "averagePoolLevels"
  | "convolve"
  | "copyRows"
  | "dense"
  | "denseLevels"
  | "denseWideLevels"
  | "depthwise"
  | "depthwise3x3Stride1By3"
  | "depthwise3x3Stride1By7"
  | "depthwise3x3Stride2By3"
  | "depthwise3x3Stride2By7"
  | "depthwise5x5Stride1By7"
  | "depthwise5x5Stride2By7"
  | "depthwiseLevels"
  | "depthwiseLevels3x3Stride1"
  | "depthwiseLevels3x3Stride2"
  | "fillRows"
  | "maxPool"
  | "maxPoolLevels"
  | "multiply"
  | "multiplyLevels"
  | "multiplyWideLevels"
  | "product"
  | "scale"
  | "softmax"
  | "toLevels"
  | "toNumbers"
  | "transformWeights"
  | "winograd";

export type Kernels = Readonly<Record<KernelName, Kernel>> & {
  /** Not 0 for the build whose kernels for levels of 7 bits are faster than those for 8. */
  readonly hasDotProducts: () => number;
};

/** Takes a module that is compiled already, because workerd compiles none at run time. */
export function createKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const abort = () => {
    throw new Error("a kernel has been aborted");
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as Kernels;
}
