import { expect, test } from "vitest";
import { createInputSizes } from "../../src/client/downscale/input-sizes.ts";

const MINUTE = 60_000;

test("the size of a model's input is asked for once in five minutes, and so is one that could not be learnt", async () => {
  let now = 0;
  const asked: string[] = [];
  const sizes = createInputSizes(() => now);
  const get = (path: string) =>
    sizes.get(path, async () => {
      asked.push(`${path} at ${now / MINUTE}`);
      if (path === "/refused") throw new Error("403");
      return { width: 28, height: 28 };
    });
  for (now = 0; now <= 5 * MINUTE; now += MINUTE) {
    expect([await get("/mnist"), await get("/refused")]).toEqual([{ width: 28, height: 28 }, undefined]);
  }
  expect(asked).toEqual(["/mnist at 0", "/refused at 0", "/mnist at 5", "/refused at 5"]);
});
