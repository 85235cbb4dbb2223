// Holds what the end-to-end tests are answered against the OpenAPI document: `fetch` fails where the service's answer is
// not as it is described.

import { expectDescribed } from "../http/openapi/described-answer.ts";

const origins = new Set<string>();
const send = globalThis.fetch;

/** From here on, `fetch` checks each answer of this origin. */
export function checkEveryAnswer(origin: string): void {
  origins.add(origin);
  globalThis.fetch = async (input, init) => {
    const response = await send(input, init);
    const url = input instanceof Request ? input.url : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    if (origins.has(new URL(url).origin)) await expectDescribed(method, url, response);
    return response;
  };
}
