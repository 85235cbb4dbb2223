// A URL that names a version is answered by it; one that names none, by the stable channel or its canary.

import { expect, test } from "vitest";
import { serveDigits } from "../served-digits.ts";

const INFER = JSON.stringify({ inputs: [{ name: "image", shape: [1, 1], datatype: "UINT8", data: [7] }] });

test("every version that a channel names can be asked for, and is named", async () => {
  const served = await serveDigits();
  await served.publish("1.1.0", "canary");
  const get = async (path: string) => (await served.request(`/v2/models/mnist${path}`)).json();
  expect((await get("")).versions).toEqual(["1.0.0", "1.1.0"]);
  expect((await get("/versions/1.1.0")).versions).toEqual(["1.1.0", "1.0.0"]);
  for (const [path, model_version] of [
    ["", "1.0.0"],
    ["/versions/1.0.0", "1.0.0"],
    ["/versions/1.1.0", "1.1.0"],
  ]) {
    const answer = await served.request(`/v2/models/mnist${path}/infer`, { method: "POST", body: INFER });
    expect(await answer.json()).toMatchObject({ model_name: "mnist", model_version });
  }
});

test.each(["", "/ready", "/infer"])("a version that is not there is not found: versions/9.9.9%s", async (path) => {
  const served = await serveDigits();
  const method = path === "/infer" ? "POST" : "GET";
  const response = await served.request(`/v2/models/mnist/versions/9.9.9${path}`, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: "no channel of the model names this version or ever did" });
});
