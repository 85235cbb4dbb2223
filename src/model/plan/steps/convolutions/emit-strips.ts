// An expanded image made, filtered and projected a few rows at a time. The lines that two strips share are moved, not made
// again.

import { bytesOf, type Strips, type Value } from "../../operations/operation.ts";
import { clearBorders } from "../clear-borders.ts";
import { convolveRows } from "./emit-convolution.ts";
import { filterRows } from "./emit-depthwise.ts";
import type { Emission, Step } from "../emission.ts";
import { convolveLevelRows, filterLevelRows } from "../levels/emit-products.ts";

export function emitStrips(strips: Strips & { y: Value }, emission: Emission): Step[] {
  const { rows: most, expandedHeight, expand, filter, project, y } = strips;
  const { copyRows, fillRows } = emission.kernels;
  const { pitch, stride } = emission.layoutOf(expand.y);
  const lineBytes = bytesOf(expand.y) * pitch * stride;
  const zero = expand.y.levels?.zeroPoint ?? 0;
  // Not the operation itself in a function that lives as long as the plan: it has the weights' files.
  const start = emission.addressOf(expand.y);
  const lineAddress = (line: number) => start + line * lineBytes;
  const [convolve, depthwise] = expand.y.levels ? [convolveLevelRows, filterLevelRows] : [convolveRows, filterRows];
  const makeLines = convolve(expand, emission, expand.y.height);
  const makeFiltered = depthwise(filter, emission);
  const makeRows = convolve(project, emission, most);
  const { size, strides, dilations, padding } = filter.window;
  const reach = (size[0] - 1) * dilations[0] + 1;

  const steps = clearBorders(expand.y, emission);
  const clearLines = (line: number, count: number) => {
    const [address, bytes] = [lineAddress(line), count * lineBytes];
    if (count > 0) steps.push(() => fillRows(1, bytes, address, 0, zero));
  };
  // Lines of the expanded image, the first one in the buffer and the one after the last: below 0 and above its height are
  // the depthwise convolution's borders.
  let [begin, end] = [0, -padding.top];
  for (let first = 0; first < y.height; first += most) {
    const rows = Math.min(most, y.height - first);
    const [nextBegin, nextEnd] = [
      first * strides[0] - padding.top,
      (first + rows - 1) * strides[0] - padding.top + reach,
    ];
    if (end > nextBegin) {
      const [from, to, bytes] = [lineAddress(nextBegin - begin), lineAddress(0), (end - nextBegin) * lineBytes];
      steps.push(() => copyRows(1, bytes, from, 0, to, 0));
    }
    const fresh = Math.max(end, nextBegin);
    const [inside, outside] = [clampTo(fresh, expandedHeight), clampTo(nextEnd, expandedHeight)];
    clearLines(fresh - nextBegin, inside - fresh);
    if (outside > inside) {
      const from = inside * expand.window.strides[0] - expand.window.padding.top;
      steps.push(makeLines({ rows: outside - inside, to: inside - nextBegin, from }));
    }
    clearLines(Math.max(outside, fresh) - nextBegin, nextEnd - Math.max(outside, fresh));
    steps.push(makeFiltered({ rows, to: 0, from: 0 }), makeRows({ rows, to: first, from: 0 }));
    [begin, end] = [nextBegin, nextEnd];
  }
  return steps;
}

const clampTo = (line: number, height: number): number => Math.min(Math.max(line, 0), height);
