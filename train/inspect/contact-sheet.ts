// A few images of each class, spread evenly over the first split that has them.

import type { Pixels } from "../../src/image/pixels.ts";
import { classesOf } from "../data/classes-of.ts";
import type { Task } from "../data/dataset.ts";
import type { Survey } from "./survey.ts";

/** One row a class, in their order; a class without readable images has an empty one. */
export type ContactSheet = { label: string; images: { name: string; pixels: Pixels }[] }[];

export async function gatherContactSheet(
  surveys: readonly Survey[],
  classes: readonly string[],
  task: Task,
  imagesPerClass: number,
): Promise<ContactSheet> {
  const sheet: ContactSheet = [];
  for (const [label, name] of classes.entries()) {
    const images: ContactSheet[number]["images"] = [];
    const ofClass = ({ split, readable }: Survey) => readable.filter((i) => classesOf(split, task, i).includes(label));
    const survey = surveys.find((candidate) => ofClass(candidate).length > 0);
    for (const index of survey ? spread(ofClass(survey), imagesPerClass) : []) {
      const pixels = await survey?.split.read(index);
      if (survey && pixels?.ok)
        images.push({ name: `${survey.name} ${survey.split.nameOf(index)}`, pixels: pixels.value });
    }
    sheet.push({ label: name, images });
  }
  return sheet;
}

function spread(indices: readonly number[], count: number): number[] {
  if (indices.length <= count) return [...indices];
  return Array.from({ length: count }, (_, i) => indices[Math.floor((i * indices.length) / count)]);
}
