import { describe, expect, test } from "vitest";
import { answered, CLASSIFICATION, fakeService } from "./fake-service.ts";

const png = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], { type: "image/png" });

describe("a classification", () => {
  test("posts the image to the model and gives the answer back", async () => {
    const { client, requests } = fakeService([answered()]);
    expect(await client.classify("mnist", png)).toEqual(CLASSIFICATION);
    expect(requests).toMatchObject([
      { method: "POST", url: "https://scope.example/v1/models/mnist/classify", body: png },
    ]);
  });

  test("says what was asked for in the query, encoded", async () => {
    const { client, requests } = fakeService(Array.from({ length: 6 }, () => answered()));
    await client.classify("mnist", png, { top: 2, channel: "canary" });
    await client.classify("mnist", png, { version: "1.0.0-a&b" });
    await client.classify("../../healthz?", png);
    await client.classify("mnist", png, { explain: true });
    await client.classify("mnist", png, { explain: { label: "Münze" } });
    await client.classify("mnist", png, { explain: false });
    expect(requests.map(({ url }) => url.replace("https://scope.example/v1/models/", ""))).toEqual([
      "mnist/classify?top=2&channel=canary",
      "mnist/classify?version=1.0.0-a%26b",
      "..%2F..%2Fhealthz%3F/classify",
      "mnist/classify?explain=map",
      "mnist/classify?explain=map&label=M%C3%BCnze",
      "mnist/classify",
    ]);
  });

  test("names the type of an image that has one, and calls everything else bytes", async () => {
    const images = [
      png,
      new File([], "scan.html", { type: "text/html" }),
      new Blob([]),
      new Uint8Array(3),
      new ArrayBuffer(3),
      Buffer.from("abc"),
    ];
    const { client, requests } = fakeService(images.map(() => answered()));
    for (const image of images) await client.classify("mnist", image);
    const bytes = "application/octet-stream";
    expect(requests.map(({ headers }) => headers.get("content-type"))).toEqual([
      "image/png",
      ...Array.from({ length: 5 }, () => bytes),
    ]);
  });

  test("refuses what is no image before anything is sent", async () => {
    const { client, requests } = fakeService([]);
    for (const image of ["7.png", undefined, null, 7]) {
      await expect(client.classify("mnist", image as never)).rejects.toThrow("an image is a Blob, bytes, or { uri }");
    }
    expect(requests).toEqual([]);
  });

  test("sends the very image where the platform cannot make it smaller", async () => {
    const { client, requests } = fakeService([answered()]);
    await client.classify("mnist", png, { downscale: true });
    expect(requests).toMatchObject([{ method: "POST", body: png }]);
  });
});

describe("a classification of several images", () => {
  test("posts a form with a file an image, in order, under no name of the caller's", async () => {
    const { client, requests } = fakeService([answered({ results: [] })]);
    const scan = new File(["scan"], "DOE-JOHN-19700101.png", { type: "image/png" });
    await client.classifyAll("mnist", [scan, Buffer.from("photo")], { top: 1 });
    const [{ url, headers, body }] = requests;
    expect(url).toBe("https://scope.example/v1/models/mnist/classify?top=1&list=true");
    expect(headers.has("content-type")).toBe(false);
    const files = [...(body as FormData).entries()] as [string, File][];
    expect(await Promise.all(files.map(async ([field, file]) => [field, file.name, await file.text()]))).toEqual([
      ["image", "image", "scan"],
      ["image", "image", "photo"],
    ]);
  });

  test("asks for a list even of one", async () => {
    const { client, requests } = fakeService([answered({ results: [] })]);
    expect(await client.classifyAll("mnist", [png])).toEqual({ results: [] });
    expect(requests[0].url).toBe("https://scope.example/v1/models/mnist/classify?list=true");
  });
});

describe("every request", () => {
  test("carries the key, the caller's headers and, for a classification, the subject", async () => {
    const options = { apiKey: "key-1", subject: "device-1", headers: { "cf-access-client-id": "app" } };
    const { client, requests } = fakeService([answered(), answered(), answered()], options);
    await client.classify("mnist", png);
    await client.classify("mnist", png, { subject: "device-2" });
    await client.listModels();
    expect(
      requests.map(({ headers }) =>
        ["authorization", "edgescope-subject", "cf-access-client-id"].map((name) => headers.get(name)),
      ),
    ).toEqual([
      ["Bearer key-1", "device-1", "app"],
      ["Bearer key-1", "device-2", "app"],
      ["Bearer key-1", null, "app"],
    ]);
  });

  test("without a key has no credential", async () => {
    const { client, requests } = fakeService([answered()]);
    await client.listModels();
    expect([...requests[0].headers.keys()]).toEqual([]);
  });

  test("goes below the base's path, with or without a slash at its end, or to the page's own origin", async () => {
    for (const [baseUrl, url] of [
      ["https://scope.example/", "https://scope.example/healthz"],
      ["https://gateway.example/scope//", "https://gateway.example/scope/healthz"],
      ["", "/healthz"],
    ]) {
      const { client, requests } = fakeService([answered()], { baseUrl });
      await client.checkHealth();
      expect(requests[0].url).toBe(url);
    }
  });
});

test("models are listed and described, and the service's health is asked for", async () => {
  const { client, requests } = fakeService([answered(), answered(), answered(), answered()]);
  await client.listModels();
  await client.describeModel("mnist");
  await client.describeModel("mnist", { channel: "canary" });
  await client.checkHealth();
  expect(requests.map(({ method, url }) => `${method} ${url.replace("https://scope.example", "")}`)).toEqual([
    "GET /v1/models",
    "GET /v1/models/mnist",
    "GET /v1/models/mnist?channel=canary",
    "GET /healthz",
  ]);
});
