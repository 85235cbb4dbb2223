import { expect, test } from "vitest";
import { createClient, type UploadProgress } from "../../src/client/index.ts";

const ANSWER = { labels: [{ label: "7", probability: 0.9, logit: 4 }] };

test("in a Worker the client speaks through a service binding, and streams a body whose progress is asked for", async () => {
  const image = Uint8Array.from({ length: 150_000 }, (_, i) => i);
  let attempts = 0;
  /** A binding's fetch must be called on its binding; ours looks at what a Request makes of the client's words. */
  const binding = {
    async fetch(...request: Parameters<typeof fetch>): Promise<Response> {
      expect(this).toBe(binding);
      const { method, url, headers, body } = new Request(...request);
      expect([method, url]).toEqual(["POST", "https://scope.example/v1/models/mnist/classify?top=1"]);
      expect(headers.get("authorization")).toBe("Bearer key-1");
      expect(new Uint8Array(await new Response(body).arrayBuffer())).toEqual(image);
      return ++attempts === 1
        ? Response.json({ code: "not_ready" }, { status: 503, headers: { "retry-after": "1" } })
        : Response.json(ANSWER);
    },
  };
  const waits: number[] = [];
  const client = createClient(
    { baseUrl: "https://scope.example", apiKey: "key-1", fetch: (...request) => binding.fetch(...request) },
    { random: () => 0, sleep: async (ms) => void waits.push(ms) },
  );
  const seen: UploadProgress[] = [];
  const onUploadProgress = (progress: UploadProgress) => void seen.push(progress);
  expect(await client.classify("mnist", image, { top: 1 })).toEqual(ANSWER);
  expect(await client.classify("mnist", image, { top: 1, onUploadProgress })).toEqual(ANSWER);
  expect(waits).toEqual([1000]);
  expect(seen.map(({ loaded }) => loaded)).toEqual([65_536, 131_072, 150_000]);
});
