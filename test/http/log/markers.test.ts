// Nothing that a caller sends reaches a log line, a metric, an error's body or the console: a marker is posted in every
// place that a request has, and looked for in everything that comes of it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SCOPES } from "../../../src/http/auth/caller.ts";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { chunk } from "../../image/png/png-file.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { createToken, createTokenKey, ISSUER, KEY, NOW, recordOf } from "../auth/credentials.ts";
import { serveDigits } from "../served-digits.ts";

/** A name as patients have it, in the forms that a path, a model's name and base64 give it. */
const MARKER = "Doe-John-19700101";
const NAME = MARKER.toLowerCase();
const B64 = Buffer.from(MARKER).toString("base64");
const FORMS = [NAME, B64.toLowerCase().slice(0, -4), Buffer.from(MARKER).toString("hex")];

const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
const image = Buffer.from(seven).toString("base64");
const tokenKey = await createTokenKey("first");
const strangeKey = await createTokenKey(MARKER);

/** All that may not hold the marker. */
const written: unknown[] = [];
const write = (what: unknown) => void written.push(what);

const served = await serveDigits(
  {
    authentication: readAuthentication(
      {
        API_KEYS: [await recordOf(KEY, { scopes: [...SCOPES] })],
        TOKEN_ISSUERS: [
          { name: "sso", issuer: ISSUER, audience: "edgescope", models: ["*"], jwks: { keys: [tokenKey.jwk] } },
        ],
      },
      { fetch: () => Promise.reject(new Error(MARKER)), now: () => NOW },
    ),
    rateLimiter: { limit: async () => ({ success: true }) },
    log: write,
    metrics: { writeDataPoint: write },
    recordShadow: write,
  },
  { report: write },
);

const good = { "x-api-key": KEY };
const json = { ...good, "content-type": "application/json" };

type Ask = [place: string, path: string, init?: RequestInit];

const post = (body: BodyInit, headers: Record<string, string> = good): RequestInit => ({
  method: "POST",
  body,
  headers,
});
const postJson = (value: unknown): RequestInit => post(typeof value === "string" ? value : JSON.stringify(value), json);

const CLASSIFY = "/v1/models/mnist/classify";
const PREDICT = "/v1/models/mnist:predict";
const INFER = "/v2/models/mnist/infer";

const paths: Ask[] = [
  `/${MARKER}`,
  `/v1/${MARKER}`,
  `/v1/models/${MARKER}`,
  `/v1/models/${NAME}`,
  `/v1/models/${NAME}/metadata`,
  `/v1/models/mnist/${MARKER}`,
  `/v1/models/mnist/versions/${MARKER}`,
  `/v1/models/mnist/versions/1.0.0-${MARKER}`,
  `/v1/models/mnist/labels/${NAME}`,
  `/v2/${MARKER}`,
  `/v2/models/${NAME}`,
  `/v2/models/${NAME}/ready`,
  `/v2/models/${NAME}/config`,
  `/v2/models/mnist/versions/1.0.0-${MARKER}/ready`,
].map((path) => ["the path", path, { headers: good }]);

const targets: Ask[] = [
  ["the path", `/v1/models/${NAME}/classify`, post(seven)],
  ["the path", `/v1/models/${NAME}:predict`, postJson({ instances: [{ b64: image }] })],
  ["the path", `/v1/models/mnist:${NAME}`, postJson({ instances: [{ b64: image }] })],
  ["the path", `/v2/models/${NAME}/infer`, postJson({})],
  ["the method", CLASSIFY, { method: MARKER, headers: good }],
];

const queries: Ask[] = ["top", "list", "explain", "label", "channel", "version", "patient", MARKER].flatMap(
  (name): Ask[] => [
    ["the query", `${CLASSIFY}?${name}=${MARKER}`, post(seven)],
    ["the query", `${CLASSIFY}?explain=map&${name}=${NAME}`, post(seven)],
    ["the query", `/v1/models/mnist?${name}=${NAME}`, { headers: good }],
  ],
);

const HEADERS = `accept accept-language authorization cache-control cf-connecting-ip content-encoding content-length
  content-type cookie edgescope-subject forwarded from if-none-match inference-header-content-length origin range referer
  traceparent tracestate user-agent x-api-key x-forwarded-for x-patient x-request-id ${NAME}`.split(/\s+/);
const headers: Ask[] = HEADERS.flatMap((name) =>
  [MARKER, `multipart/form-data; boundary=${MARKER}`, `00-${MARKER}-01`, `esk_${MARKER}`].flatMap((value): Ask[] => [
    [`the header ${name}`, CLASSIFY, post(seven, { ...good, [name]: value })],
    [`the header ${name}`, INFER, post(seven, { ...good, [name]: value })],
    [`the header ${name} alone`, "/v1/models", { headers: { [name]: value } }],
  ]),
);

const formOf = (name: string, value: string | File) => {
  const data = new FormData();
  data.append(name, value);
  return data;
};
const withText = new Uint8Array([
  ...seven.subarray(0, 33),
  ...chunk("tEXt", Buffer.from(`Patient\0${MARKER}`)),
  ...seven.subarray(33),
]);
const bodies: Ask[] = [
  ["a body of text", CLASSIFY, post(MARKER)],
  ["text that is to be gzip", CLASSIFY, post(MARKER, { ...good, "content-encoding": "gzip" })],
  ["what an image says of itself", CLASSIFY, post(withText)],
  ["what an image that is cut says of itself", CLASSIFY, post(withText.subarray(0, 100))],
  ["what follows an image", CLASSIFY, post(new Uint8Array([...seven, ...Buffer.from(MARKER)]))],
  ["a form's field and a file's name", CLASSIFY, post(formOf(MARKER, new File([seven], MARKER, { type: MARKER })))],
  ["a form's file", CLASSIFY, post(formOf("image", new File([MARKER], "7.png")))],
  ["a form's text", CLASSIFY, post(formOf("image", MARKER))],
];

const values: [path: string, value: unknown][] = [
  [CLASSIFY, MARKER],
  [CLASSIFY, `{"${MARKER}`],
  [CLASSIFY, { [MARKER]: MARKER }],
  [CLASSIFY, { images: MARKER }],
  [CLASSIFY, { images: [MARKER] }],
  [CLASSIFY, { images: [{ b64: image }], [MARKER]: 1 }],
  [CLASSIFY, { images: [{ [MARKER]: 1 }] }],
  [CLASSIFY, { images: [{ b64: MARKER }, { b64: B64 }, { url: MARKER }, { url: `data:${MARKER};base64,${B64}` }] }],
  [PREDICT, { instances: MARKER }],
  [PREDICT, { instances: [MARKER] }],
  [PREDICT, { instances: [{ b64: B64 }] }],
  [PREDICT, { instances: [{ [MARKER]: { b64: image } }] }],
  [PREDICT, { inputs: { [MARKER]: MARKER } }],
  [PREDICT, { signature_name: MARKER, instances: [{ b64: image }] }],
  [PREDICT, { [MARKER]: 1, instances: [{ b64: image }] }],
  ["/v1/models/mnist:classify", { examples: [{ [MARKER]: MARKER }], context: { [MARKER]: MARKER } }],
  ["/v1/models/mnist:classify", { signature_name: MARKER, examples: [{ image: { b64: B64 } }] }],
  [INFER, { id: MARKER, inputs: [] }],
  [INFER, { inputs: [{ name: MARKER, datatype: "BYTES", shape: [1], data: [image] }] }],
  [INFER, { inputs: [{ name: "image", datatype: MARKER, shape: [1], data: [image] }] }],
  [INFER, { inputs: [{ name: "image", datatype: "BYTES", shape: [MARKER], data: [image] }] }],
  [INFER, { inputs: [{ name: "image", datatype: "BYTES", shape: [1], data: [MARKER] }] }],
  [
    INFER,
    { inputs: [{ name: "image", datatype: "BYTES", shape: [1], data: [B64], parameters: { [MARKER]: MARKER } }] },
  ],
  [INFER, { inputs: [{ name: "image", datatype: "BYTES", shape: [1], data: [image] }], outputs: [{ name: MARKER }] }],
  [INFER, { parameters: { [MARKER]: MARKER }, inputs: [{ [MARKER]: MARKER }] }],
];
const CHANNELS = "/v1/models/mnist/channels";
values.push(
  [`${CHANNELS}/stable`, { version: MARKER }],
  [`${CHANNELS}/stable`, { version: `9.9.9-${NAME}` }],
  [`${CHANNELS}/stable`, { [MARKER]: MARKER }],
  [`${CHANNELS}/${MARKER}`, { version: "1.0.0" }],
  [`${CHANNELS}/${NAME}`, { rollback: true }],
  [`${CHANNELS}/${NAME}`, { version: "9.9.9" }],
  [`${CHANNELS}/${NAME}`, { version: "1.0.0" }],
  [`/v1/models/${NAME}/channels/stable`, { version: "1.0.0" }],
);
const jsons = values.map(([path, value]): Ask => ["JSON", path, postJson(value)]);

const bearer = async (...token: Parameters<typeof createToken>): Promise<Ask> => [
  "a token",
  CLASSIFY,
  post(seven, { authorization: `Bearer ${await createToken(...token)}` }),
];
const tokens: Ask[] = await Promise.all([
  bearer(tokenKey, { sub: MARKER, name: MARKER, [MARKER]: MARKER }),
  bearer(tokenKey, { scope: `classify ${MARKER}` }),
  bearer(tokenKey, { scope: MARKER }),
  bearer(tokenKey, { aud: MARKER }),
  bearer(tokenKey, { iss: MARKER }),
  bearer(tokenKey, { exp: MARKER }),
  bearer(tokenKey, {}, { kid: MARKER, typ: MARKER }),
  bearer(strangeKey),
]);

beforeAll(() => {
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => write(parts));
  }
});
afterAll(() => vi.restoreAllMocks());

describe("a marker is nowhere to be found when it is posted as", () => {
  const asks = [...paths, ...targets, ...queries, ...headers, ...bodies, ...jsons, ...tokens];
  test.for(Object.entries(Object.groupBy(asks, ([place]) => place)))("%s", async ([, group = []]) => {
    for (const [, path, init] of group) {
      const before = written.length;
      const response = await served.request(path, init);
      write([...response.headers]);
      const body = await response.text();
      if (response.status >= 400) write(body);
      await served.settle();
      const text = JSON.stringify(written.slice(before)).toLowerCase();
      expect(text).toContain('"requestid"');
      for (const form of FORMS)
        expect(text, `${init?.method ?? "GET"} ${path} gave ${response.status}`).not.toContain(form);
    }
  });
});

test("and the places are real: most of them are met with a refusal, some with an answer", async () => {
  const codes = new Set(written.flatMap((line) => (line as { code?: string }).code ?? []));
  for (const code of ["invalid_request", "invalid_parameter", "invalid_json", "invalid_multipart", "unauthenticated"]) {
    expect(codes).toContain(code);
  }
  expect(written).toContainEqual(expect.objectContaining({ status: 200, caller: "sso", model: "mnist" }));
});
