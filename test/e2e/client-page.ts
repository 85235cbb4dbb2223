// A page in Chromium that has the built client, over the built Worker with the digits and the pneumonia model.

import type { Browser, Page } from "playwright-core";
import type * as Client from "../../src/client/index.ts";
import { startBuiltWorker } from "./built-worker.ts";
import { launchChromium } from "./chromium.ts";
import { startPageServer, type PageServer } from "./page-server.ts";

/** The page's own, for functions that run there. */
declare const client: typeof Client;

export type ClientPage = {
  browser: Browser;
  page: Page;
  server: PageServer;
  /** Classifies a photo of the server's in the page; `bytes` of it travelled. An error's message is its code. */
  classify: (
    photo: string,
    model: string,
    options?: Client.ClassifyOptions,
  ) => Promise<Client.Classification & { bytes: number }>;
  stop: () => Promise<void>;
};

export async function openClientPage(): Promise<ClientPage> {
  const worker = await startBuiltWorker();
  await worker.publishRelease("pneumonia");
  const server = await startPageServer(worker.url);
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(server.url);

  return {
    browser,
    page,
    server,
    async classify(photo, model, options = {}) {
      const answer = await page.evaluate(
        async ([path, name, classifyOptions]) => {
          const image = await (await fetch(path)).blob();
          const edgescope = client.createClient({ baseUrl: "", apiKey: "key-1" });
          return edgescope.classify(name, image, classifyOptions).catch((error: Client.EdgescopeError) => {
            throw new Error(error.code);
          });
        },
        [photo, model, options] as const,
      );
      return { ...answer, bytes: server.posted.at(-1)?.bytes ?? 0 };
    },
    async stop() {
      await browser.close();
      server.stop();
      await worker.stop();
    },
  };
}
