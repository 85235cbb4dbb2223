// JSON whose members are named like those of strings and arrays: refused in every dialect, and no failure of the service's.

import { expect, test } from "vitest";
import { serveDigits } from "../served-digits.ts";

const served = await serveDigits();

/** No primitive value can be made of it. */
const length = { toString: "", valueOf: "" };

test.each([
  ["/v1/models/mnist/classify", { images: { length } }],
  ["/v1/models/mnist:predict", { instances: { length } }],
  ["/v1/models/mnist:classify", { examples: { length } }],
  ["/v2/models/mnist/infer", { inputs: [{ name: "image", datatype: "UINT8", shape: { length }, data: [0] }] }],
])("POST %s %j", async (path, body) => {
  const response = await served.request(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  expect(response.status).toBe(400);
  expect(served.log.at(-1)).toMatchObject({ code: "invalid_request" });
});
