// Every kernel that src/model calls. They compute on addresses in the backend's memory, check nothing, and keep nothing.

export { dense } from "./dense";
export { depthwise } from "./depthwise";
export {
  depthwise3x3Stride1By3,
  depthwise3x3Stride1By7,
  depthwise3x3Stride2By3,
  depthwise3x3Stride2By7,
} from "./depthwise-3x3";
export { depthwise5x5Stride1By7, depthwise5x5Stride2By7 } from "./depthwise-5x5";
export { add, applyActivation, product, scale, softmax } from "./elementwise";
export { clearRows, copyRows } from "./layout";
export { convolve, multiply } from "./multiply";
export { averagePool, maxPool } from "./pool";
