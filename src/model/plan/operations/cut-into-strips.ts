// Blocks of MobileNet's kind, expand, filter, project, run a few rows at a time where the expanded image is larger than the
// processor's second cache: 8 % of MobileNetV2 at 224 pixels, and a smaller arena.

import { toPanelWidth } from "../../kernels/pack-panels.ts";
import {
  bytesOf,
  readsOf,
  type Convolution,
  type Depthwise,
  type Operation,
  type Single,
  type Strips,
  type Value,
} from "./operation.ts";

/** Half of a second cache of 512 KiB holds the rows of a strip, beside the weights and what is read and made. */
const STRIP_BYTES = 256 * 1024;
const MOST_ROWS = 4;

type Made<Computation> = Computation & { y: Value };

/** Operations of which each is only read by the next, none of whose values are in `kept`. */
export function cutIntoStrips(operations: readonly Single[], kept: ReadonlySet<number>): Operation[] {
  const isPassedOn = (value: Value) =>
    !kept.has(value.id) && operations.flatMap(readsOf).filter(({ id }) => id === value.id).length === 1;
  const cut: Operation[] = [];
  for (const operation of operations) {
    const [expand, filter] = cut.slice(-2);
    const strips = toStrips(expand, filter, operation, isPassedOn);
    if (strips) cut.splice(-2, 2, strips);
    else cut.push(operation);
  }
  return cut;
}

function toStrips(
  expand: Operation | undefined,
  filter: Operation | undefined,
  project: Operation,
  isPassedOn: (value: Value) => boolean,
): Made<Strips> | undefined {
  if (expand?.kind !== "convolution" || filter?.kind !== "depthwise" || project.kind !== "convolution")
    return undefined;
  const values = [...readsOf(expand), filter.x, ...readsOf(project), project.y];
  if (values.some((value) => bytesOf(value) !== bytesOf(expand.y))) return undefined;
  if (filter.x.id !== expand.y.id || project.x.id !== filter.y.id || expand.residual) return undefined;
  if (!isPassedOn(expand.y) || !isPassedOn(filter.y) || !isPointwise(project)) return undefined;
  const rows = rowsOf(expand, filter);
  if (rows === undefined) return undefined;
  const strip = { ...expand.y, height: linesFor(rows, filter) };
  return {
    kind: "strips",
    rows,
    expandedHeight: expand.y.height,
    expand: { ...expand, y: strip },
    filter: { ...filter, x: strip, y: { ...filter.y, height: rows } },
    project: { ...project, x: { ...filter.y, height: rows } },
    y: project.y,
  };
}

/** Undefined where the whole image is small, or a strip of one row is too large already. */
function rowsOf(expand: Made<Convolution>, filter: Made<Depthwise>): number | undefined {
  const lineBytes = bytesOf(expand.y) * expand.y.width * toPanelWidth(expand.y.channels);
  if (lineBytes * expand.y.height <= STRIP_BYTES) return undefined;
  for (let rows = MOST_ROWS; rows > 0; rows--) {
    if (lineBytes * linesFor(rows, filter) <= STRIP_BYTES) return Math.min(rows, filter.y.height);
  }
  return undefined;
}

/** Of the expanded image, for so many rows of the filtered one. */
function linesFor(rows: number, { window }: Depthwise): number {
  const reach = (window.size[0] - 1) * window.dilations[0] + 1;
  return (rows - 1) * window.strides[0] + reach;
}

const isPointwise = ({ window, residual, x }: Made<Convolution>): boolean =>
  [...window.size, ...window.strides].every((side) => side === 1) &&
  Object.values(window.padding).every((pixels) => pixels === 0) &&
  residual?.id !== x.id;
