// A service that answers what a test lays out, in order, and a clock that only moves when the client waits.

import { createClient, type ClientOptions, type EdgescopeClient } from "../../src/client/index.ts";

export type FakeAnswer = Response | Error | "never";

export type FakeService = {
  client: EdgescopeClient;
  requests: { url: string; method: string; headers: Headers; body: unknown }[];
  /** Milliseconds of every wait between attempts. */
  waits: number[];
};

export const CLASSIFICATION = {
  requestId: "request-1",
  model: { name: "mnist", version: "1.0.0", digest: "00", channel: "stable" },
  labels: [{ label: "7", probability: 0.9, logit: 4 }],
  decision: { outcome: "label", label: "7" },
  image: { mediaType: "image/png", width: 28, height: 28 },
  notice: "Not a medical device.",
};

export const answered = (body: object = CLASSIFICATION) => Response.json(body);

export const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code, title: "A title", detail: "A sentence.", requestId: "request-9" }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

/** `chance` is what a throw of the dice gives, each time. */
export function fakeService(answers: FakeAnswer[], options: Partial<ClientOptions> = {}, chance = 0.5): FakeService {
  const requests: FakeService["requests"] = [];
  const waits: number[] = [];
  let now = Date.parse("2026-11-22T10:00:00Z");
  const fetch = async (url: unknown, { method = "", headers, body }: RequestInit = {}) => {
    requests.push({ url: url as string, method, headers: new Headers(headers), body });
    const answer = answers[requests.length - 1];
    if (answer === undefined) throw new Error("the test laid out fewer answers than the client asked for");
    if (answer instanceof Error) throw answer;
    return answer === "never" ? new Promise<Response>(() => undefined) : answer;
  };
  const client = createClient(
    { baseUrl: "https://scope.example", fetch, ...options },
    {
      now: () => now,
      random: () => chance,
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
      },
    },
  );
  return { client, requests, waits };
}
