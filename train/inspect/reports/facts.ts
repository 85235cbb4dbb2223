// What is known of a data set before any of its images is looked at, a line each.

import type { OpenedData } from "../open-data.ts";

export function toFacts({ task, sha256, licence, citation, ignoredFiles }: OpenedData): string[] {
  return [
    `${task}, SHA-256 ${sha256}`,
    ...(licence === undefined ? [] : [`licence ${licence}; ${citation}`]),
    ...(ignoredFiles === 0 ? [] : [`left out, being no images by their name: ${ignoredFiles}`]),
  ];
}
