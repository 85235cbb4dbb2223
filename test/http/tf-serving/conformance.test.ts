import { describe, expect, test } from "vitest";
import { serveDigits } from "../served-digits.ts";
import { documentedRequests, tryDocumented } from "./documented-requests.ts";

const served = await serveDigits();
const DOCUMENTED = documentedRequests("1.0.0");

describe(`all ${DOCUMENTED.length} documented requests that apply to an image classifier are answered`, () => {
  test.for(DOCUMENTED)("$from", (documented) => tryDocumented(documented, served.request));

  test("22 of TensorFlow Serving's and 7 of KServe's", () => {
    const count = (document: string) => DOCUMENTED.filter(({ from }) => from.startsWith(document)).length;
    expect([count("TensorFlow Serving"), count("KServe")]).toEqual([22, 7]);
  });
});
