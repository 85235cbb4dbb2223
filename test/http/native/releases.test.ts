// Which release of a model answers, in every way of asking for one.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const seven = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
const served = await serveDigits();
await served.publish("2.0.0", "canary");

const post = (path: string, body: BodyInit = seven, headers = {}) =>
  served.request(path, { method: "POST", body, headers });

const identity = async (response: Response) => {
  const { model, code } = await response.json();
  return model ? [model.version, model.channel] : code;
};

describe("the native dialect", () => {
  test.for<[query: string, expected: unknown]>([
    ["", ["1.0.0", "stable"]],
    ["?channel=stable", ["1.0.0", "stable"]],
    ["?channel=canary", ["2.0.0", "canary"]],
    ["?version=2.0.0", ["2.0.0", undefined]],
    ["?version=1.0.0", ["1.0.0", undefined]],
    ["?version=3.0.0", "model_not_found"],
    ["?version=", "model_not_found"],
    ["?channel=absent", "model_not_found"],
    ["?channel=constructor", "model_not_found"],
    ["?channel=stable&version=1.0.0", "invalid_parameter"],
  ])("asked with '%s'", async ([query, expected]) => {
    expect(await identity(await post(`/v1/models/mnist/classify${query}`))).toEqual(expected);
    expect(await identity(await served.request(`/v1/models/mnist${query}`))).toEqual(expected);
  });

  test("answers a list from one release", async () => {
    const body = JSON.stringify({ images: [{ b64: seven.toString("base64") }] });
    const headers = { "content-type": "application/json" };
    const response = await post("/v1/models/mnist/classify?channel=canary", body, headers);
    expect(await identity(response)).toEqual(["2.0.0", "canary"]);
  });
});

test("TensorFlow Serving's labels are the channels, its versions the versions", async () => {
  const status = async (path: string) => (await (await served.request(path)).json()).model_version_status?.[0].version;
  expect(await status("/v1/models/mnist")).toBe("1.0.0");
  expect(await status("/v1/models/mnist/labels/stable")).toBe("1.0.0");
  expect(await status("/v1/models/mnist/labels/canary")).toBe("2.0.0");
  expect(await status("/v1/models/mnist/versions/2.0.0")).toBe("2.0.0");
  const metadata = await (await served.request("/v1/models/mnist/labels/canary/metadata")).json();
  expect(metadata.model_spec.version).toBe("2.0.0");
});
