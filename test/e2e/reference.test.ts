// The reference in a browser: it reads the page, and asks nobody for anything else.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDocument } from "../../src/http/openapi/create-document.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";
import { CHROMIUM, launchChromium } from "./chromium.ts";

let worker: BuiltWorker;
let browser: Browser | undefined;
beforeAll(async () => {
  worker = await startBuiltWorker();
  if (CHROMIUM) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await worker.stop();
});

function launched(of: Browser | undefined): Browser {
  if (!of) throw new Error("Chromium is not installed");
  return of;
}

test("the built Worker serves the document and its page", async () => {
  const document = await (await fetch(`${worker.url}/openapi.json`)).json();
  expect(document).toEqual(JSON.parse(JSON.stringify(createDocument())));
  expect((await fetch(`${worker.url}/docs`)).status).toBe(200);
});

if (CHROMIUM !== undefined) {
  test.for(["light", "dark"] as const)(
    "/docs in Chromium, %s, is styled, leads to its operations, and is all that is fetched",
    async (colorScheme) => {
      const page = await launched(browser).newPage({ colorScheme, viewport: { width: 360, height: 640 } });
      const fetched: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => fetched.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${worker.url}/docs`);

      await page.getByRole("navigation").getByRole("link", { name: "/v1/models/{model}/classify" }).click();
      expect(new URL(page.url()).hash).toBe("#classify");
      expect(await page.getByRole("region", { name: "POST /v1/models/{model}/classify" }).isVisible()).toBe(true);
      expect(await page.getByRole("note").textContent()).toContain("Not a medical device");
      const isLight = await page.evaluate("matchMedia('(prefers-color-scheme: light)').matches");
      expect(isLight).toBe(colorScheme === "light");
      // The style applies, and nothing is wider than a phone.
      expect(await page.evaluate("getComputedStyle(document.body).maxWidth")).toBe("896px");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      expect(
        fetched.filter((url) => !/\/(docs(#.*)?|favicon\.ico)$/.test(new URL(url).href.replace(worker.url, ""))),
      ).toEqual([]);
      expect(complaints.filter((text) => !text.includes("favicon"))).toEqual([]);
      await page.close();
    },
  );
}
