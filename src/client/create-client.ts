// The client: every call has a deadline, is tried again while that may help, and fails with one kind of error.

import type { Classification, Classifications, Health, ModelCard, ModelList } from "./answers.ts";
import type { Timing } from "./call/retry.ts";
import { sleep } from "./call/sleep.ts";
import { within } from "./call/within.ts";
import { downscaleImage } from "./downscale/downscale-image.ts";
import { createInputSizes } from "./downscale/input-sizes.ts";
import { isImageFile, toBlob, toBody, toForm, type EncodedBody, type ImageSource } from "./image-body.ts";
import type { CallOptions, ClassifyOptions, ClientOptions, ModelChoice } from "./options.ts";
import { sendRequest, type Call } from "./transport/send-request.ts";

export type EdgescopeClient = {
  classify: (model: string, image: ImageSource, options?: ClassifyOptions) => Promise<Classification>;
  /**
   * Answers for several images at once, each with its result or its own error. A single image that is refused rejects
   * as it does in `classify`.
   */
  classifyAll: (model: string, images: readonly ImageSource[], options?: ClassifyOptions) => Promise<Classifications>;
  listModels: (options?: CallOptions) => Promise<ModelList>;
  describeModel: (model: string, options?: CallOptions & ModelChoice) => Promise<ModelCard>;
  /** Fails with `not_ready` while the service is not ready; asks once unless told otherwise. */
  checkHealth: (options?: CallOptions) => Promise<Health>;
};

type Send = (request: Partial<Call> & { path: string }) => Promise<unknown>;

/** `timing` is for tests. */
export function createClient(options: ClientOptions, timing: Partial<Timing> = {}): EdgescopeClient {
  const { baseUrl, apiKey, timeoutMs = 90_000, attemptTimeoutMs = 30_000, maxAttempts = 3 } = options;
  const root = baseUrl.replace(/\/+$/, "");
  const connection = {
    now: Date.now,
    random: Math.random,
    sleep,
    ...timing,
    fetch: options.fetch,
    attemptTimeoutMs,
    authorize: async () => {
      const key = typeof apiKey === "function" ? await apiKey() : apiKey;
      return key === undefined ? {} : { authorization: `Bearer ${key}` };
    },
  };
  const inputSizes = createInputSizes(connection.now);

  /** All that `work` sends shares the deadline of the call. */
  function call<Answer>(bounds: CallOptions, work: (send: Send) => Promise<unknown>): Promise<Answer> {
    const ms = bounds.timeoutMs ?? timeoutMs;
    const deadlineMs = connection.now() + ms;
    return within(ms, bounds.signal, (signal) =>
      work(({ path, headers, ...request }) => {
        const whole = {
          method: "GET" as const,
          maxAttempts: bounds.maxAttempts ?? maxAttempts,
          deadlineMs,
          ...request,
          url: root + path,
          headers: { ...options.headers, ...headers },
        };
        return sendRequest(connection, whole, signal);
      }),
    ) as Promise<Answer>;
  }

  /** The image as it is where the size cannot be learnt: the service takes large images, too. */
  async function shrink(send: Send, model: string, image: ImageSource, classifyOptions: ClassifyOptions) {
    const { downscale, channel, version } = classifyOptions;
    if (!downscale || isImageFile(image) || typeof createImageBitmap !== "function") return image;
    const path = toPath(model, "", { channel, version });
    const ask = async () => ((await send({ path, maxAttempts: 1 })) as ModelCard).input;
    const size = downscale === true ? await inputSizes.get(path, ask) : downscale;
    return size ? downscaleImage(toBlob(image), size) : image;
  }

  /** `encode` makes the body of images that may have become smaller; `list` asks for a list of even one answer. */
  function post<Answer>(
    model: string,
    images: readonly ImageSource[],
    classifyOptions: ClassifyOptions,
    encode: (images: readonly ImageSource[]) => EncodedBody,
    list?: "true",
  ): Promise<Answer> {
    return call(classifyOptions, async (send) => {
      const { top, explain, channel, version, onUploadProgress, subject = options.subject } = classifyOptions;
      const smaller: ImageSource[] = [];
      // One after the other: a decoded photo takes tens of megabytes.
      for (const image of images) smaller.push(await shrink(send, model, image, classifyOptions));
      const { body, headers } = encode(smaller);
      return send({
        method: "POST",
        path: toPath(model, "/classify", { top, list, channel, version, ...toExplainQuery(explain) }),
        headers: { ...headers, ...(subject !== undefined && { "edgescope-subject": subject }) },
        body,
        onUploadProgress,
      });
    });
  }

  return {
    classify: (model, image, classifyOptions = {}) =>
      post<Classification>(model, [image], classifyOptions, ([only]) => toBody(only)),
    classifyAll: (model, images, classifyOptions = {}) =>
      post<Classifications>(model, images, classifyOptions, toForm, "true"),
    listModels: (bounds = {}) => call(bounds, (send) => send({ path: "/v1/models" })),
    describeModel: (model, { channel, version, ...bounds } = {}) =>
      call(bounds, (send) => send({ path: toPath(model, "", { channel, version }) })),
    checkHealth: (bounds = {}) => call({ maxAttempts: 1, ...bounds }, (send) => send({ path: "/healthz" })),
  };
}

/** Without URL and URLSearchParams, which React Native has in part. */
function toPath(model: string, action: string, query: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `/v1/models/${encodeURIComponent(model)}${action}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

const toExplainQuery = (explain: ClassifyOptions["explain"]) =>
  explain ? { explain: "map", label: explain === true ? undefined : explain.label } : {};
