// Every kernel that a forward and a backward pass call. They compute on addresses in the backend's memory, check nothing, and
// keep nothing.

export { convolve, multiply } from "../../../src/model/kernels/assembly/float/multiply";
export { maxPool } from "../../../src/model/kernels/assembly/float/pool";
export { scaleChannels, scaleChannelsGradient, sumChannels, sumProducts, sumSquares } from "./channels";
export { depthwise } from "./convolution/depthwise";
export { addDepthwiseProducts } from "./convolution/depthwise-products";
export { gateGradient } from "./gate";
export { frameImages, packPanels, placeRows, writeOffsets } from "./convolution/layout";
export { countCorrect, sigmoidLosses, softmaxLosses } from "./losses";
export { addOuterProducts } from "./convolution/outer-products";
export { averagePoolGradient, maxPoolGradient, maxPoolTilesGradient } from "./pooling";
