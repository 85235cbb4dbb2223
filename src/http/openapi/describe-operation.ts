// One operation of the document: what it takes, what it answers, and each error that it may answer with.

import { SCOPES, type Scope } from "../auth/caller.ts";
import { PROBLEMS, type ProblemCode } from "../problem.ts";
import { ANY, CALLER } from "./codes.ts";
import { refTo, type JsonSchema } from "./schema-components.ts";

export type Header = { description: string; required?: true; schema: JsonSchema };
export type Parameter = { name: string; in: "path" | "query" | "header"; required?: true } & Pick<
  Header,
  "description" | "schema"
>;
export type Content = Record<string, { schema?: JsonSchema }>;
export type Answer = { description: string; headers?: Record<string, Header>; content: Content };

export type Operation = {
  operationId: string;
  tags: [string];
  summary: string;
  description?: string;
  security: Record<string, Scope[]>[];
  parameters?: Parameter[];
  requestBody?: { description: string; required: true; content: Content };
  responses: Record<string, Answer>;
};

/** Ours are problems; those of the compatible dialects have room for a sentence. */
export type ErrorShape = "problem" | "model_problem" | "error_object";

export type Described = {
  id: string;
  summary: string;
  description?: string;
  /** What the credentials must have; without, the path is open. */
  scope?: Scope;
  parameters?: Parameter[];
  body?: { description: string; content: Content };
  answer: Answer;
  errors: ErrorShape;
  codes?: readonly ProblemCode[];
};

export const SECURITY_SCHEMES = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key." },
  bearer: { type: "http", scheme: "bearer", description: "The same key in the header Authorization." },
  token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: `A token of a configured issuer. Its scopes are some of ${SCOPES.join(", ")}.`,
  },
};

const said = (description: string, schema: JsonSchema = {}): Header => ({
  description,
  schema: { type: "string", ...schema },
});
const always = (description: string, schema?: JsonSchema): Header => ({ ...said(description, schema), required: true });

/** Of every answer; the reference says it once. */
export const COMMON_HEADERS: Record<string, Header> = {
  "X-Request-Id": always("Stands in the log too."),
  Traceparent: always("The trace that the request is part of (W3C Trace Context); its own where it names none."),
  RateLimit: said("What is left of the caller's quota, where there is one (draft-ietf-httpapi-ratelimit-headers)."),
  "RateLimit-Policy": said("The quota."),
};

export function describeOperation(tag: string, { scope, codes = [], ...described }: Described): Operation {
  const { id, summary, description, parameters, body, answer, errors } = described;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: scope ? Object.keys(SECURITY_SCHEMES).map((scheme) => ({ [scheme]: [scope] })) : [],
    ...(parameters && { parameters }),
    ...(body && { requestBody: { ...body, required: true } }),
    responses: {
      200: { ...answer, headers: { ...COMMON_HEADERS, ...answer.headers } },
      ...describeErrors(errors, [...codes, ...(scope ? CALLER : []), ...ANY]),
    },
  };
}

function describeErrors(shape: ErrorShape, codes: ProblemCode[]): Record<string, Answer> {
  const byStatus = Map.groupBy(codes.toSorted(), (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join("\n"),
        headers: { ...COMMON_HEADERS, ...headersOf(status) },
        content: toErrorContent(shape, ofStatus),
      },
    ]),
  );
}

function headersOf(status: number): Record<string, Header> {
  switch (status) {
    case 401:
      return { "WWW-Authenticate": always("RFC 6750.") };
    case 403:
      return { "WWW-Authenticate": said("With `insufficient_scope`: RFC 6750.") };
    case 429:
    case 503:
      return { "Retry-After": always("Seconds.", { pattern: "^\\d+$" }) };
    default:
      return {};
  }
}

function toErrorContent(shape: ErrorShape, codes: ProblemCode[]): Content {
  if (shape === "error_object") return { "application/json": { schema: refTo("ErrorObject") } };
  const problem = refTo(shape === "problem" ? "Problem" : "ModelProblem");
  return { "application/problem+json": { schema: { ...problem, properties: { code: { enum: codes } } } } };
}
