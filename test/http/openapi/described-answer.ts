// Holds an answer against the document: its path, method, status, media type, headers and body must all be described.
// The tests' ways to the service use it, so that whatever any test is answered is in the document.

import { Ajv2020 } from "ajv/dist/2020.js";
import { createDocument } from "../../../src/http/openapi/create-document.ts";
import { COMMON_HEADERS, type Answer, type Header } from "../../../src/http/openapi/describe-operation.ts";

type Schema = { type?: unknown; properties?: object; additionalProperties?: unknown };

/** Clients must accept members that they do not know; here there shall be none that is not described. */
const closed = (_: string, value: Schema | null): unknown =>
  value?.type === "object" && value.properties && !("additionalProperties" in value)
    ? { ...value, additionalProperties: false }
    : value;

const document = JSON.parse(JSON.stringify(createDocument()), closed as never) as ReturnType<typeof createDocument>;
const $id = "https://edgescope.example/openapi.json";
const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { "date-time": true } });
ajv.addSchema({ $id, ...document });

const paths = Object.keys(document.paths).map((path) => {
  // A name has no colon: what follows one is a verb.
  const pattern = path.replaceAll(/[.]/g, "\\.").replaceAll(/\{\w+\}/g, "[^/:]+");
  return { path, pattern: new RegExp(`^${pattern}$`) };
});

/** What a path or a method that is not described may be answered with. */
const REFUSALS: Record<string, readonly number[]> = {
  path: [401, 403, 404, 405, 414, 429, 431, 503],
  method: [401, 405, 414, 429, 431, 503],
};

/** Throws with what is not as described. The answer can be read afterwards. */
export async function expectDescribed(method: string, url: string, response: Response): Promise<void> {
  // Joined and not resolved: two slashes at the beginning of a path are no host.
  const { pathname } = new URL(url.startsWith("/") ? `http://localhost${url}` : url);
  const { status } = response;
  const [mediaType] = (response.headers.get("content-type") ?? "").split(";");
  const what = `${method} ${pathname}: ${status} ${mediaType}`;
  const path = paths.find(({ pattern }) => pattern.test(pathname))?.path;
  if (method === "OPTIONS" && status === 204) return expectPreflight(what, response);
  // A HEAD is a GET without a body (RFC 9110, 9.3.2).
  const operation = document.paths[path ?? ""]?.[method === "HEAD" ? "get" : method.toLowerCase()];
  if (path === undefined || !operation) return expectRefusal(what, path === undefined ? "path" : "method", response);

  const answer: Answer | undefined = operation.responses[status];
  if (!answer) throw new Error(`${what} is not described: no such status`);
  expectHeaders(what, answer.headers ?? {}, response.headers);
  if (method === "HEAD") return;
  const content = answer.content[mediaType];
  if (!content) throw new Error(`${what} is not described: no such media type`);
  if (!content.schema) return;
  const place = ["paths", path, method.toLowerCase(), "responses", status, "content", mediaType, "schema"];
  await expectValid(what, `${$id}#/${place.map(toPointerToken).join("/")}`, response);
}

const toPointerToken = (name: string | number): string =>
  encodeURIComponent(String(name).replaceAll("~", "~0").replaceAll("/", "~1"));

/** OpenAPI has no word for a preflight, which any path answers. */
function expectPreflight(what: string, { headers, body }: Response): void {
  expectHeaders(what, COMMON_HEADERS, headers);
  if (body) throw new Error(`${what} has a body`);
}

async function expectRefusal(what: string, unknown: keyof typeof REFUSALS, response: Response): Promise<void> {
  if (!REFUSALS[unknown].includes(response.status)) throw new Error(`${what} is not described: no such ${unknown}`);
  expectHeaders(what, COMMON_HEADERS, response.headers);
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  if (response.body) {
    await expectValid(what, `${$id}#/components/schemas/${isProblem ? "Problem" : "ErrorObject"}`, response);
  }
}

function expectHeaders(what: string, described: Record<string, Header>, headers: Headers): void {
  for (const [name, { required, schema }] of Object.entries(described)) {
    const value = headers.get(name);
    if (value === null && required) throw new Error(`${what} has no ${name}`);
    if (value !== null && !ajv.validate(schema, value)) throw new Error(`${what}: ${name} ${ajv.errorsText()}`);
  }
}

async function expectValid(what: string, $ref: string, response: Response): Promise<void> {
  const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref });
  const body: unknown = await response.clone().json();
  if (!validate(body)) throw new Error(`${what} is not as described: ${ajv.errorsText(validate.errors)}`);
}
