// The door: the Worker's fetch handler.

import interlacedPng from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm?module";
import engine from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?module";
import { createDoor } from "./door.ts";
import jpeg from "./image/jpeg/jpeg.wasm?module";
import png from "./image/png/png.wasm?module";
import kernels from "./model/kernels/kernels-relaxed.wasm?module";

export default createDoor({ png, interlacedPng, jpeg, webp, engine, kernels });
