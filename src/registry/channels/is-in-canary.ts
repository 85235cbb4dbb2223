// Which callers a canary answers: always the same ones, and more of them as its share grows.

import { toUtf8 } from "../../base/bytes.ts";
import { sha256 } from "../../base/sha256.ts";

/** `subject` is opaque: whatever tells one caller from another. It is hashed, and leaves no trace. */
export async function isInCanary(model: string, subject: string, percent: number): Promise<boolean> {
  const digest = await sha256(toUtf8(`${model}\n${subject}`));
  const [first, second, third, fourth] = digest;
  const place = (first * 2 ** 24 + second * 2 ** 16 + third * 2 ** 8 + fourth) / 2 ** 32; // [0, 1)
  return place * 100 < percent;
}
