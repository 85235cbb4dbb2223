import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Which rooms of src each room may import; `predict` is the spine, `edge`, `door` and the two `index` the door. */
const ROOMS: Record<string, string[]> = {
  base: [],
  bundle: ["base"],
  image: ["base"],
  preprocess: ["base", "bundle", "image"],
  decision: ["base", "bundle"],
  model: ["base", "bundle", "preprocess"],
  predict: ["base", "bundle", "decision", "image", "model", "preprocess"],
  explain: ["base", "bundle", "decision", "image", "model", "predict", "preprocess"],
  registry: ["base", "bundle", "model"],
  interop: ["base", "bundle", "decision", "image", "predict"],
  http: ["base", "bundle", "explain", "image", "interop", "model", "predict", "registry"],
  edge: ["base", "bundle", "http", "image", "model", "registry"],
  door: ["edge"],
  index: ["door"],
  "index-plain": ["door"],
  /** Travels alone: applications import it, and none of the service comes with it. */
  client: [],
};

/** Which packages each room may import. */
const PACKAGES: Record<string, RegExp> = {
  bundle: /^zod\/mini$/,
  image: /^(@jsquash\/(png|webp)\/|jpeg-js$|jpeg-js\/)/,
  model: /^@tensorflow\/tfjs-(core|converter|backend-wasm)(\/|$)/,
  registry: /^(zod\/mini|@cloudflare\/workers-types)$/,
  interop: /^zod\/mini$/,
  http: /^(hono(\/|$)|zod\/mini$|jose$)/,
  edge: /^@cloudflare\/workers-types$/,
  door: /^@cloudflare\/workers-types$/,
  index: /\.wasm\?module$/,
  "index-plain": /\.wasm\?module$/,
};

const roomOf = (path: string) => path.split(posix.sep)[0].replace(/\.ts$/, "");

const imports = globSync("src/**/*.ts", { cwd: ROOT }).flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/(?:^|\n)(?:import|export)\s(?:[^;"']*?\sfrom\s)?["']([^"']+)["']/g)].map(
    ([, specifier]) => ({ file, specifier }),
  );
});

test("the table sees the imports of every file", () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(new Set(imports.map(({ file }) => roomOf(relative("src", file))))).toEqual(new Set(Object.keys(ROOMS)));
});

test("rooms import only the rooms their row allows", () => {
  const broken = imports.filter(({ file, specifier }) => {
    if (!specifier.startsWith(".")) return false;
    const from = roomOf(relative("src", file));
    // The door hands compiled WebAssembly to the rooms, whoever wrote it.
    if (from.startsWith("index") && specifier.endsWith(".wasm?module")) return false;
    const to = relative("src", join(dirname(file), specifier));
    return to.startsWith("..") || (roomOf(to) !== from && !ROOMS[from]?.includes(roomOf(to)));
  });
  expect(broken).toEqual([]);
});

test("rooms import only the packages their row allows, and nothing of Node's", () => {
  const broken = imports.filter(
    ({ file, specifier }) => !specifier.startsWith(".") && !PACKAGES[roomOf(relative("src", file))]?.test(specifier),
  );
  expect(broken).toEqual([]);
});

test("Cloudflare's types stay in the R2 store and the door", () => {
  const users = imports.filter(({ specifier }) => specifier === "@cloudflare/workers-types").map(({ file }) => file);
  expect(users.toSorted()).toEqual(["src/door.ts", "src/edge.ts", "src/registry/store/r2.ts"]);
});

test("the pure rooms have no clock and no randomness", () => {
  const impure = globSync("src/{base,image,preprocess,decision,bundle,interop,explain}/**/*.ts", { cwd: ROOT }).filter(
    (file) =>
      /\bDate\b|Math\.random|performance\.|getRandomValues|randomUUID|setTimeout|\bfetch\(/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
  );
  expect(impure).toEqual([]);
});

test("the lockfile holds no download addresses", () => {
  for (const lockfile of ["package-lock.json", "bench/package-lock.json"]) {
    expect(readFileSync(join(ROOT, lockfile), "utf8")).not.toContain('"resolved"');
  }
});
