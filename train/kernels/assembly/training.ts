// Every kernel that a forward and a backward pass call. They compute on addresses in the backend's memory, check nothing, and
// keep nothing.

export { convolve, multiply } from "../../../src/model/kernels/assembly/float/multiply";
export { maxPool } from "../../../src/model/kernels/assembly/float/pool";
export { scaleChannels, scaleChannelsGradient, sumChannels, sumProducts, sumSquares } from "./channels";
export { depthwise } from "./depthwise";
export { addDepthwiseProducts } from "./depthwise-products";
export { gateGradient } from "./gate";
export { frameImages, packPanels, placeRows, writeOffsets } from "./layout";
export { countCorrect, sigmoidLosses, softmaxLosses } from "./losses";
export { addOuterProducts } from "./outer-products";
export { averagePoolGradient, maxPoolGradient, maxPoolTilesGradient } from "./pooling";
