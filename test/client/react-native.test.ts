import { afterEach, expect, test, vi } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { answered, CLASSIFICATION, fakeService } from "./fake-service.ts";
import { pretendReactNative, type NativeRequest } from "./react-native.ts";

const photo = { uri: "file:///photos/DOE-JOHN.jpg", type: "image/jpeg" };

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a picture is posted by its address, as a form, without its name", async () => {
  const service = fakeService([answered()]);
  pretendReactNative(() => undefined);
  expect(await service.client.classify("mnist", photo)).toEqual(CLASSIFICATION);
  const [{ body, headers }] = service.requests;
  expect((body as { parts?: unknown }).parts).toEqual([["image", { ...photo, name: "image" }]]);
  expect(headers.has("content-type")).toBe(false);
});

test("the upload's progress is told, and the answer's headers are heeded", async () => {
  const sent: NativeRequest[] = [];
  pretendReactNative((request) => {
    sent.push(request);
    request.upload.fire("progress", { loaded: 3, total: 3 });
    if (sent.length === 1) request.answer(503, JSON.stringify({ code: "not_ready" }), { "retry-after": "7" });
    else request.answer(200, JSON.stringify(CLASSIFICATION));
  });
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const client = createClient({ baseUrl: "https://scope.example", apiKey: "key-1" }, { random: () => 0, sleep });
  const seen: unknown[] = [];
  const onUploadProgress = (progress: unknown) => void seen.push(progress);
  const image = new Uint8Array(3);
  expect(await client.classify("mnist", image, { onUploadProgress })).toEqual(CLASSIFICATION);
  expect(sent[0]).toMatchObject({
    method: "POST",
    url: "https://scope.example/v1/models/mnist/classify",
    headers: { "content-type": "application/octet-stream", authorization: "Bearer key-1" },
    body: image,
  });
  expect([seen, waits]).toEqual([Array.from({ length: 2 }, () => ({ loaded: 3, total: 3 })), [7000]]);
});

test("a request that fails is a network error", async () => {
  pretendReactNative(({ events }) => events.fire("error"));
  const client = createClient({ baseUrl: "https://scope.example", maxAttempts: 1 });
  const call = client.classify("mnist", new Uint8Array(3), { onUploadProgress: () => undefined });
  await expect(call).rejects.toMatchObject({ code: "network_error" });
});

test("an aborted call ends as one, and so does its request", async () => {
  const controller = { current: undefined as AbortController | undefined };
  let sent: NativeRequest | undefined;
  pretendReactNative((request) => {
    sent = request;
    controller.current?.abort();
  });
  controller.current = new AbortController();
  const client = createClient({ baseUrl: "https://scope.example" });
  const { signal } = controller.current;
  const call = client.classify("mnist", new Uint8Array(3), { signal, onUploadProgress: () => undefined });
  await expect(call).rejects.toMatchObject({ name: "AbortError", message: "the call was aborted" });
  expect(sent?.aborted).toBe(true);
});
