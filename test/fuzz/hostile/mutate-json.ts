// Damage to JSON: values of other types and sizes in the place of the right ones, members too many and too few, and text
// that a serialiser would never write.

import { toUtf8 } from "../../../src/base/bytes.ts";
import type { Chance } from "./chance.ts";
import { mutateBytes } from "./mutate-bytes.ts";

const SCALARS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.5,
  256,
  1e-320,
  1e308,
  2 ** 31,
  2 ** 53,
  "",
  " ",
  "stable",
  "0",
  "../../channels/mnist",
  "__proto__",
  "data:image/png;base64,",
  "data:,",
  "https://example.com/",
  "\u0000",
  "\ud800",
  "é".repeat(300),
  "A".repeat(1000),
];

const NAMES = ["__proto__", "constructor", "toString", "length", "b64", "url", "key", "data", "parameters", "", "0"];

/** Text that is no JSON, or JSON that `JSON.stringify` does not write. */
const TEXTS = [
  "1e999",
  "-",
  "[",
  "]",
  "{",
  "}",
  ",",
  '"',
  "\\u12",
  "NaN",
  "\uFEFF",
  "//",
  '{"a":1,"a":2}',
  "[[[[[[[[[[[[[[[[[[[[",
  "0".repeat(400),
];

type Json = Record<string, unknown> | unknown[];

/** The bytes of a damaged copy. */
export function mutateJson(original: unknown, chance: Chance): Uint8Array<ArrayBuffer> {
  const value = mutateValue(structuredClone(original), chance);
  const text = JSON.stringify(value) ?? "";
  if (chance.once(6)) return mutateBytes(toUtf8(text), chance);
  if (!chance.once(8)) return toUtf8(text);
  const at = chance.below(text.length + 1);
  return toUtf8(text.slice(0, at) + chance.oneOf(TEXTS) + text.slice(chance.once(2) ? at : at + 1));
}

/** The same as a value. */
export function mutateValue(value: unknown, chance: Chance): unknown {
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const places = placesOf(value);
    if (places.length === 0) return hostileValue(chance);
    mutatePlace(chance.oneOf(places), chance);
  }
  return value;
}

export function hostileValue(chance: Chance, depth = 0): unknown {
  if (depth > 4 || !chance.once(3)) return chance.oneOf(SCALARS);
  const length = chance.once(10) && depth === 0 ? 40 : chance.below(4);
  if (chance.once(2)) return Array.from({ length }, () => hostileValue(chance, depth + 1));
  return Object.fromEntries(Array.from({ length }, () => [chance.oneOf(NAMES), hostileValue(chance, depth + 1)]));
}

type Place = { holder: Json; name: string };

/** Every member of every object and array; of long and of deep ones the first. */
function placesOf(value: unknown, most = 12): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Json;
  const names = Array.isArray(value) ? [...value.slice(0, most).keys()].map(String) : Object.keys(value).slice(0, most);
  const inner = Math.max(2, most - 3);
  return names.flatMap((name) => [{ holder, name }, ...placesOf((holder as Record<string, unknown>)[name], inner)]);
}

function mutatePlace({ holder, name }: Place, chance: Chance): void {
  const members = holder as Record<string, unknown>;
  switch (chance.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete members[name];
      break;
    case 1:
      if (Array.isArray(holder)) holder.push(...Array.from({ length: chance.oneOf([1, 2, 40]) }, () => members[name]));
      else define(members, chance.oneOf(NAMES), members[name]);
      break;
    case 2:
      members[name] = [members[name]];
      break;
    case 3:
      if (typeof members[name] === "string") members[name] = mutateText(members[name], chance);
      else if (typeof members[name] === "number")
        members[name] *= chance.oneOf([-1, 0, 0.5, 2, 1000, 1e300, Number.EPSILON]);
      break;
    default:
      members[name] = hostileValue(chance);
  }
}

/** `__proto__` as a member of its own, as `JSON.parse` makes it. */
function define(members: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

function mutateText(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const inserted = chance.oneOf(["", "=", "\n", " ", "\u0000", "é", "=".repeat(9), text.slice(0, 50)]);
  return text.slice(0, at) + inserted + text.slice(at + chance.below(3));
}
