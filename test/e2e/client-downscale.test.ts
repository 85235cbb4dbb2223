// Photos that the client makes smaller in a page in Chromium have the answers of the photos themselves.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { downscaleImage } from "../../src/client/index.ts";
import type * as Client from "../../src/client/index.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { CHROMIUM } from "./chromium.ts";
import { openClientPage, type ClientPage } from "./client-page.ts";
import type { Photo } from "./page-server.ts";
import { makePhotos, toPhoto } from "./photos.ts";

const SHARED = join(import.meta.dirname, "../../../shared/data");

/** The page's own, for functions that run there. */
declare const client: typeof Client;

test("where there is nothing to draw with, as in Node, an image stays as it is", async () => {
  const image = new Blob([await readFile(join(DIGITS_FOLDER, "examples/7.png"))], { type: "image/png" });
  expect(await downscaleImage(image, { width: 1, height: 1 })).toBe(image);
});

if (CHROMIUM !== undefined) {
  let opened: ClientPage;
  let smallSeven: Uint8Array;
  beforeAll(async () => {
    opened = await openClientPage();
    for (const [path, photo] of await makePhotos()) opened.server.photos.set(path, photo);
    smallSeven = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
  });
  afterAll(() => opened.stop());

  function firstHalf(path: string): Photo {
    const photo = opened.server.photos.get(path);
    if (!photo) throw new Error("no such photo");
    return { type: photo.type, bytes: photo.bytes.slice(0, photo.bytes.length >> 1) };
  }

  /** What travelled of a photo, and how far the answer moved, when it was made smaller before. */
  async function compare(photo: string, model: string) {
    const whole = await opened.classify(photo, model);
    const small = await opened.classify(photo, model, { downscale: true });
    const probabilityIn = ({ labels }: Client.Classification, name: string) =>
      labels.find(({ label }) => label === name)?.probability ?? Number.NaN;
    const moved = whole.labels.map(({ label, probability }) => Math.abs(probability - probabilityIn(small, label)));
    return { photo, model, whole, small, moved: Math.max(...moved), bytes: small.bytes / whole.bytes };
  }

  async function expectAnswersKept(photos: readonly string[], models: readonly string[]) {
    const compared = [];
    for (const photo of photos) for (const model of models) compared.push(await compare(photo, model));
    for (const { photo, model, whole, small, moved } of compared) {
      expect(small.labels[0]?.label, `${model} ${photo}`).toBe(whole.labels[0]?.label);
      // Of what stands at the gate's limit, the least change lets one through and not the other.
      if (![whole, small].some(({ decision }) => decision.outcome === "abstain"))
        expect(small.decision, `${model} ${photo}`).toEqual(whole.decision);
      expect(moved, `${model} ${photo}`).toBeLessThan(0.02);
    }
    return compared;
  }

  describe("a large photo made smaller in the page", () => {
    test("has the answer of the photo itself, whatever kind of file it is, and a fraction of its bytes", async () => {
      const compared = await expectAnswersKept([...opened.server.photos.keys()], ["mnist", "pneumonia"]);
      expect(compared.length).toBeGreaterThanOrEqual(2 * 16);
      for (const { photo, small, bytes } of compared) {
        expect(bytes, photo).toBeLessThan(0.5);
        expect([small.image.width, small.image.height], photo).toEqual(
          photo === "/on-its-side.jpg" ? [278, 224] : [224, 278],
        );
      }
    });

    test("costs one question for the size of the model's input, or none where the caller knows it", async () => {
      const before = opened.server.posted.length;
      const asked = () => opened.server.posted.slice(before).map(({ path }) => path);
      await opened.page.evaluate(async () => {
        const image = await (await fetch("/grey.png")).blob();
        const edgescope = client.createClient({ baseUrl: "" });
        await edgescope.classify("mnist", image, { downscale: { width: 28, height: 28 } });
        await edgescope.classify("mnist", image, { downscale: true });
        await edgescope.classify("mnist", image, { downscale: true });
      });
      const question = "/v1/models/mnist";
      const photo = "/v1/models/mnist/classify";
      expect(asked()).toEqual([photo, question, photo, photo]);
      expect(new Set(opened.server.posted.slice(before).map(({ path, bytes }) => path === photo && bytes)).size).toBe(
        2,
      );
    });

    test("is sent whole where the service does not say the size", async () => {
      opened.server.intercept = (path) =>
        path === "/v1/models/mnist" ? Response.json({ code: "forbidden" }, { status: 403 }) : undefined;
      const { decision, bytes } = await opened.classify("/grey.png", "mnist", { downscale: true });
      expect([decision, bytes]).toEqual([
        { outcome: "label", label: "3" },
        opened.server.photos.get("/grey.png")?.bytes.length,
      ]);
      opened.server.intercept = () => undefined;
    });
  });

  test.for<[what: string, path: string, photo: () => Photo, code: string | undefined]>([
    ["a small image", "/small.png", () => ({ type: "image/png", bytes: smallSeven }), undefined],
    ["a photo that breaks off", "/broken.jpg", () => firstHalf("/digit-7.jpg"), "image_truncated"],
    ["a PNG that breaks off", "/broken.png", () => firstHalf("/grey.png"), "image_truncated"],
    [
      "what is no image",
      "/no.jpg",
      () => ({ type: "image/jpeg", bytes: new Uint8Array(99) }),
      "unsupported_media_type",
    ],
  ])("%s is sent as it is, for the service to judge", async ([, path, photo, code]) => {
    const image = photo();
    opened.server.photos.set(path, image);
    const answered = await opened.classify(path, "mnist", { downscale: true }).catch((error: Error) => error.message);
    expect(opened.server.posted.at(-1)?.bytes).toBe(image.bytes.length);
    if (code === undefined) expect(answered).toMatchObject({ decision: { outcome: "label", label: "7" } });
    else expect(answered).toContain(code);
  });

  if (existsSync(SHARED)) {
    test("photos as a camera turns them, and photos of chest X-rays, keep their answers when they are made smaller", async () => {
      const photos: string[] = [];
      const add = (path: string, photo: Photo) => {
        opened.server.photos.set(path, photo);
        photos.push(path);
      };
      for (let orientation = 1; orientation <= 8; orientation++) {
        for (const name of [`Landscape_${orientation}.jpg`, `Portrait_${orientation}.jpg`]) {
          add(`/${name}`, { type: "image/jpeg", bytes: await readFile(join(SHARED, "exif-orientation", name)) });
        }
      }
      const decodeImage = createImageDecoder(await loadCodecModules());
      for (const kind of ["NORMAL", "PNEUMONIA"]) {
        const folder = join(SHARED, "chest-xray-224/test", kind);
        for (const name of (await readdir(folder)).toSorted().slice(0, 5)) {
          const decoded = await decodeImage(await readFile(join(folder, name)), { maxPixels: 224 * 224 });
          if (!decoded.ok) throw new Error(decoded.error.detail);
          add(`/${kind}-${name}.jpg`, await toPhoto(decoded.value.pixels));
        }
      }
      const compared = await expectAnswersKept(photos, ["pneumonia"]);
      expect(
        compared.filter(({ small, whole }) => small.decision.outcome !== whole.decision.outcome).length,
      ).toBeLessThan(2);
    });
  }
}
