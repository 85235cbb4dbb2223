// Every kernel that src/model calls. They compute on addresses in the backend's memory, check nothing, and keep nothing.

export { dense } from "./float/dense";
export { depthwise } from "./float/depthwise";
export {
  depthwise3x3Stride1By3,
  depthwise3x3Stride1By7,
  depthwise3x3Stride2By3,
  depthwise3x3Stride2By7,
} from "./float/depthwise-3x3";
export { depthwise5x5Stride1By7, depthwise5x5Stride2By7 } from "./float/depthwise-5x5";
export { add, applyActivation, product, scale, softmax } from "./float/elementwise";
export { copyRows, fillRows } from "./layout";
export { convolve, multiply } from "./float/multiply";
export { averagePool, maxPool } from "./float/pool";
export { transformWeights } from "./winograd/weights";
export { winograd } from "./winograd/winograd";
export { hasDotProducts } from "./int8/levels";
export { addLevels, toLevels, toNumbers } from "./int8/convert-levels";
export { denseLevels, denseWideLevels } from "./int8/dense-levels";
export { depthwiseLevels } from "./int8/depthwise-levels";
export { depthwiseLevels3x3Stride1, depthwiseLevels3x3Stride2 } from "./int8/depthwise-levels-3x3";
export { multiplyLevels } from "./int8/multiply-levels";
export { multiplyWideLevels } from "./int8/multiply-wide-levels";
export { averagePoolLevels, maxPoolLevels } from "./int8/pool-levels";
