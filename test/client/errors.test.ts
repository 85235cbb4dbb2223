import { describe, expect, expectTypeOf, test } from "vitest";
import {
  EdgescopeError,
  type Classification,
  type Classifications,
  type ModelCard,
  type ModelList,
  type ServiceErrorCode,
} from "../../src/client/index.ts";
import type * as Wire from "../../src/http/native/schemas.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../src/http/problem.ts";
import { fakeService, problem, type FakeAnswer } from "./fake-service.ts";

async function failure(answer: FakeAnswer): Promise<EdgescopeError> {
  const { client } = fakeService([answer], { maxAttempts: 1 });
  const error = await client.listModels().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EdgescopeError)) throw new Error("the call did not fail with the client's error");
  return error;
}

describe("a failure", () => {
  test("of the service carries its code, status, sentence, request id and Retry-After", async () => {
    const error = await failure(problem(503, "not_ready", { "retry-after": "5" }));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "EdgescopeError",
      message: "A sentence.",
      code: "not_ready",
      status: 503,
      requestId: "request-9",
      retryAfterMs: 5000,
      cause: undefined,
    });
  });

  test("with a code that this client does not know keeps it", async () => {
    expect(await failure(problem(418, "of_tomorrow"))).toMatchObject({ code: "of_tomorrow", status: 418 });
  });

  test("to reach the service has the platform's error as its cause", async () => {
    const cause = new TypeError("fetch failed");
    expect(await failure(cause)).toMatchObject({ code: "network_error", status: undefined, cause });
  });

  test.for<[what: string, answer: () => Response]>([
    ["a proxy's page", () => new Response("<h1>403</h1>", { status: 403, headers: { "x-request-id": "proxy-1" } })],
    ["a portal's page with 200", () => new Response("<h1>Sign in</h1>")],
    ["an empty body", () => new Response(null, { status: 204 })],
    ["JSON that is not an object", () => Response.json(null)],
    ["an error in another shape", () => Response.json({ error: "no" }, { status: 403 })],
  ])("by %s is an unexpected response", async ([, answer]) => {
    const { status, headers } = answer();
    const error = await failure(answer());
    expect(error).toMatchObject({ code: "unexpected_response", status });
    expect(error.requestId).toBe(headers.get("x-request-id") ?? undefined);
  });

  test("by an answer that breaks off is a network error", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) });
    expect(await failure(new Response(broken))).toMatchObject({ code: "network_error" });
  });
});

describe("the client's types", () => {
  test("name every code of the service, and no others", () => {
    const codes: readonly ServiceErrorCode[] = PROBLEM_CODES;
    expect(codes).toContain("model_not_found");
    expectTypeOf<Exclude<ServiceErrorCode, ProblemCode>>().toBeNever();
  });

  test("take what the service's schemas give", () => {
    expectTypeOf<Wire.Classification>().toExtend<Classification>();
    expectTypeOf<Wire.Classifications>().toExtend<Classifications>();
    expectTypeOf<Wire.ModelCard>().toExtend<ModelCard>();
    expectTypeOf<Wire.ModelList>().toExtend<ModelList>();
  });
});
