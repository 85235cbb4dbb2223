// Debian's Chromium, or the one that CHROMIUM names, on a page of ours: where it is not installed, what needs it is not
// there to run. CI installs it and sets CHROMIUM, so that there it cannot be missed.

import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const CHROMIUM = process.env["CHROMIUM"] ?? PLACES.find((path) => existsSync(path));

/** Without Chromium's sandbox, which root may not use; the pages are our own. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ ...(CHROMIUM && { executablePath: CHROMIUM }), args: ["--no-sandbox"] });
