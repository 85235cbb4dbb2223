// The OpenAPI document: free of lint, complete, and open to all.

import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import { createApp } from "../../../src/http/app.ts";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { authenticateOpenly } from "../../../src/http/auth/authenticate.ts";
import { NOTICE } from "../../../src/http/notice.ts";
import { createDocument } from "../../../src/http/openapi/create-document.ts";
import { PROBLEM_CODES } from "../../../src/http/problem.ts";
import { DEFAULT_LIMITS } from "../../../src/http/request/limits.ts";
import { KEY, NOW, recordOf } from "../auth/credentials.ts";
import { serveDigits } from "../served-digits.ts";
import { expectDescribed } from "./described-answer.ts";

const document = createDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("a linter has nothing to say of it", async () => {
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      // Some clients of the Open Inference Protocol ask at /v2/.
      "no-path-trailing-slash": "off",
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test("it has every path and method that a handler answers, and no other", () => {
  const unused = () => Promise.reject(new Error("not asked"));
  const app = createApp({
    models: { get: unused, list: unused, status: () => undefined },
    editChannel: unused,
    readImage: unused,
    limits: DEFAULT_LIMITS,
    authentication: ok(authenticateOpenly),
    origins: new Set(),
    randomHex: () => "",
    now: () => 0,
    newRequestId: () => "",
    log: () => undefined,
    recordShadow: () => undefined,
  });
  const toTemplate = (path: string) => path.replaceAll(/:(\w+)/g, "{$1}");
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/*")
    .map(({ method, path }) => `${method} ${toTemplate(path)}`);
  // One route of TensorFlow Serving's has both verbs.
  const verbs = ["{model}", "{model}/versions/{version}", "{model}/labels/{label}"].flatMap((target) => [
    `POST /v1/models/${target}:predict`,
    `POST /v1/models/${target}:classify`,
  ]);
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.toSorted()).toEqual([...served, ...verbs].toSorted());
});

test("it has every code of the error table", () => {
  const text = operations.flatMap(({ operation }) => Object.values(operation.responses).map((r) => r.description));
  const missing = PROBLEM_CODES.filter((code) => !text.some((description) => description.includes(`\`${code}\``)));
  // What no described operation answers with; the document's introduction has them.
  expect(missing).toEqual(["not_found", "method_not_allowed"]);
  for (const code of missing) expect(document.info.description).toContain(`\`${code}\``);
});

test("it says what the service is not", () => {
  expect(document.info.description.startsWith(NOTICE)).toBe(true);
});

test("it is served to all, page and all, and names no model", async () => {
  const served = await serveDigits({
    authentication: readAuthentication(
      { API_KEYS: [await recordOf(KEY)] },
      { fetch: () => Promise.reject(new Error()), now: () => NOW },
    ),
  });
  const response = await served.request("/openapi.json");
  const text = await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
  const page = await (await served.request("/docs")).text();
  for (const shown of [text, page]) expect(shown).not.toContain("mnist");
});

test.each([
  ["top=0", 400],
  ["top=1", 200],
  ["top=9999", 200],
  ["top=10000", 400],
  ["explain=text", 400],
])("the parameters' bounds are the service's: %s", async (query, status) => {
  const served = await serveDigits();
  const b64 = "iVBORw0KGgo=";
  const init = { method: "POST", body: JSON.stringify({ images: [{ b64 }] }) };
  const headers = { "content-type": "application/json" };
  const response = await served.request(`/v1/models/mnist/classify?${query}`, { ...init, headers });
  expect(response.status).toBe(status);
});

const OURS = { "x-request-id": "1", traceparent: "00-1-1-00" };
const json = (body: unknown, init: { status?: number; headers?: Record<string, string> } = {}) =>
  Response.json(body, { ...init, headers: { ...OURS, ...init.headers } });
const problem = (code: string, status: number, more = {}) =>
  json(
    { type: "about:blank", title: "", status, code, detail: "", requestId: "1", notice: "", ...more },
    { status, headers: { "content-type": "application/problem+json" } },
  );

test.for<[what: string, method: string, path: string, answer: Response, message: string | undefined]>([
  ["what is described", "GET", "/v2/health/live", json({ live: true }), undefined],
  ["a described problem", "POST", "/v1/models/m/classify", problem("empty_body", 400), undefined],
  ["another path's 404", "GET", "/nowhere", problem("not_found", 404), undefined],
  ["another method's 405", "PUT", "/v1/models", problem("method_not_allowed", 405), undefined],
  ["another path's 200", "GET", "/nowhere", json({}), "no such path"],
  ["another method's 200", "PUT", "/v1/models", json({}), "no such method"],
  ["another status", "GET", "/healthz", problem("not_found", 404), "no such status"],
  ["another media type", "GET", "/openapi.json", new Response("", { headers: { ...OURS } }), "media type"],
  ["another code", "POST", "/v1/models/m/classify", problem("invalid_parameter", 413), "allowed values"],
  ["a member more", "GET", "/v2/health/live", json({ live: true, more: 1 }), "additional properties"],
  ["a member less", "GET", "/v2/health/live", json({}), "required property"],
  ["no request id", "GET", "/v2/health/live", Response.json({ live: true }), "no X-Request-Id"],
])("an answer is held against it: %s", async ([, method, path, answer, message]) => {
  const outcome = await expectDescribed(method, path, answer).catch((error: Error) => error.message);
  if (message === undefined) expect(outcome).toBeUndefined();
  else expect(outcome).toContain(message);
});
