// Where the graph's input lies on the source image, for each way of placing it.

import { describe, expect, test } from "vitest";
import { inputArea } from "../../src/preprocess/input-area.ts";

const spec = (mode: "stretch" | "contain" | "cover") => ({
  width: 10,
  height: 10,
  resize: { mode, filter: "area" as const },
});

const wide = { width: 40, height: 20 };
const tall = { width: 20, height: 40 };

describe("the input lies", () => {
  test("stretched, over the whole image", () => {
    expect(inputArea(wide, spec("stretch"))).toEqual({ x: 0, y: 0, width: 40, height: 20 });
    expect(inputArea(tall, spec("stretch"))).toEqual({ x: 0, y: 0, width: 20, height: 40 });
  });

  test("covered, over the middle", () => {
    expect(inputArea(wide, spec("cover"))).toEqual({ x: 10, y: 0, width: 20, height: 20 });
    expect(inputArea(tall, spec("cover"))).toEqual({ x: 0, y: 10, width: 20, height: 20 });
  });

  test("containing, over the image and the padding around it", () => {
    // 40 x 20 becomes 10 x 5, with two rows of padding above and three below.
    expect(inputArea(wide, spec("contain"))).toEqual({ x: 0, y: -8, width: 40, height: 40 });
    expect(inputArea(tall, spec("contain"))).toEqual({ x: -8, y: 0, width: 40, height: 40 });
  });

  test("exactly over an image of its own size, in every mode", () => {
    for (const mode of ["stretch", "contain", "cover"] as const)
      expect(inputArea({ width: 10, height: 10 }, spec(mode))).toEqual({ x: 0, y: 0, width: 10, height: 10 });
  });
});
