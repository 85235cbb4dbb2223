// A bright spot in a corner of what the model sees is where the map is largest, in its numbers and on the overlay, for
// every way of placing an image and both methods.

import { describe, expect, test } from "vitest";
import { explain, type Explanation } from "../../src/explain/explain.ts";
import { brightnessModel, readsAs, spotted, type Spot } from "./bright-spot.ts";

const SIDE = 4;

/** What an input of equal sides sees of the image. */
const seen = { stretch: whole, contain: whole, cover: middle };
function whole(width: number, height: number) {
  return { left: 0, top: 0, right: width, bottom: height };
}
function middle(width: number, height: number) {
  const [x, y] = [Math.max(0, width - height) / 2, Math.max(0, height - width) / 2];
  return { left: x, top: y, right: width - x, bottom: height - y };
}

/** The centre of the cell with the largest number, in the image's pixels. */
function largestCell({ map, area }: Explanation): { x: number; y: number } {
  const at = map.values.indexOf(Math.max(...map.values));
  return {
    x: area.x + ((at % map.width) + 0.5) * (area.width / map.width),
    y: area.y + (Math.floor(at / map.width) + 0.5) * (area.height / map.height),
  };
}

/** The pixel whose red is furthest above its blue: on a grey picture it is the one with the strongest colour. */
function yellowest({ overlay: { width, data } }: Explanation): { x: number; y: number } {
  const yellowness = Array.from({ length: data.length / 3 }, (_, i) => data[3 * i] - data[3 * i + 2]);
  const at = yellowness.indexOf(Math.max(...yellowness));
  return { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 };
}

const isIn = ({ x, y }: { x: number; y: number }, spot: Spot) =>
  x > spot.x && x < spot.x + SIDE && y > spot.y && y < spot.y + SIDE;

describe.each(["class_activation", "occlusion"] as const)("by %s", (method) => {
  describe.each(["stretch", "contain", "cover"] as const)("of an input that is placed by %s", (mode) => {
    test.each([
      [32, 32],
      [32, 16],
      [16, 32],
      [48, 40],
    ])("on %i x %i pixels", async (width, height) => {
      const { left, top, right, bottom } = seen[mode](width, height);
      const { model } = brightnessModel(method, { resize: { mode, filter: "area" } });
      for (const x of [left, right - SIDE]) {
        for (const y of [top, bottom - SIDE]) {
          const spot = { x, y, side: SIDE };
          const explained = await explain(new Uint8Array(1), model, readsAs(spotted(width, height, spot)), {
            label: 1,
          });
          if (!explained.ok) throw new Error(explained.error.detail);
          const { explanation } = explained.value;
          expect(explanation.method).toBe(method);
          expect(explanation.overlay).toMatchObject({ width, height });
          const [cell, pixel] = [largestCell(explanation), yellowest(explanation)];
          expect(isIn(cell, spot), `cell ${JSON.stringify(cell)}, spot ${JSON.stringify(spot)}`).toBe(true);
          expect(isIn(pixel, spot), `pixel ${JSON.stringify(pixel)}, spot ${JSON.stringify(spot)}`).toBe(true);
        }
      }
    });
  });
});

test("what a crop leaves out stays uncoloured", async () => {
  const { model } = brightnessModel("class_activation", { resize: { mode: "cover", filter: "area" } });
  const explained = await explain(new Uint8Array(1), model, readsAs(spotted(32, 16, { x: 8, y: 0, side: SIDE })), {
    label: 1,
  });
  if (!explained.ok) throw new Error(explained.error.detail);
  const { width, data } = explained.value.explanation.overlay;
  const coloured = Array.from({ length: width }, (_, x) => data[3 * x] !== data[3 * x + 2]);
  expect(coloured).toEqual(coloured.map((_, x) => x >= 8 && x < 24));
});
