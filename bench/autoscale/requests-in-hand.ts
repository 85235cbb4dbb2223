// How many requests the product's admission takes on in one isolate before it answers 503: those whose bodies and pixels have
// room, and those who wait in line.

import type { Cost } from "../../src/http/load/admission.ts";
import { RAW_COPIES } from "../../src/http/request/read-body.ts";

export function requestsInHand(image: Cost, isolate: Cost & { waiting: number }): number {
  const room = Math.min(isolate.bytes / (RAW_COPIES * image.bytes), isolate.pixels / image.pixels);
  return Math.max(1, Math.floor(room)) + isolate.waiting;
}
