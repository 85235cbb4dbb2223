import { expect, test } from "vitest";
import { isInCanary } from "../../../src/registry/channels/is-in-canary.ts";

const subjects = Array.from({ length: 3000 }, (_, i) => `caller-${i}`);
const share = async (model: string, percent: number) => {
  const inside = await Promise.all(subjects.map((subject) => isInCanary(model, subject, percent)));
  return subjects.filter((_, i) => inside[i]);
};

test("the place of a caller is the first 32 bits of the SHA-256 of the model's name, a line feed and the subject", async () => {
  // printf 'mnist\ncaller-0' | sha256sum gives 70df85a8..., which is 44.091 % of 2^32.
  expect(await isInCanary("mnist", "caller-0", 44.0)).toBe(false);
  expect(await isInCanary("mnist", "caller-0", 44.1)).toBe(true);
});

test("a canary gets its share of three thousand callers, within two percent", async () => {
  for (const percent of [1, 10, 50]) {
    expect(Math.abs((await share("mnist", percent)).length / 30 - percent)).toBeLessThan(2);
  }
  expect(await share("mnist", 100)).toHaveLength(3000);
});

test("a canary that grows keeps the callers it had", async () => {
  const [few, many] = [await share("mnist", 10), new Set(await share("mnist", 20))];
  expect(few.filter((subject) => !many.has(subject))).toEqual([]);
});

test("each model splits its callers in its own way", async () => {
  const [mnist, pneumonia] = [new Set(await share("mnist", 10)), await share("pneumonia", 10)];
  const both = pneumonia.filter((subject) => mnist.has(subject)).length;
  expect(both).toBeGreaterThan(10);
  expect(both).toBeLessThan(60);
});
