// What every dialect asks of the service: a model for a caller, and its predictions.

import { ok, type Failure, type Result } from "../../base/result.ts";
import { explainAll, type ExplainedImage } from "../../explain/explain.ts";
import type { ReadImage } from "../../image/read-image.ts";
import { predictAll, type PostedImage, type Predicted } from "../../predict.ts";
import type { MiddlewareHandler } from "hono";
import type {
  ModelCache,
  RequestScope,
  GetModelReason,
  Selector,
  ServedModel,
} from "../../registry/cache/model-cache.ts";
import { STABLE } from "../../registry/channels/channels.ts";
import type { ListedModel } from "../../registry/channels/read-channels.ts";
import { authorise, type AuthorisationReason } from "../auth/authorise.ts";
import { allowsModel, type Scope } from "../auth/caller.ts";
import type { Env, RequestContext } from "../env.ts";
import type { RefusedAdmission } from "../load/admit-request.ts";
import { noteAnswers, noteModel, noteTime } from "../log/note.ts";
import type { UseDecoder } from "../load/use-decoder.ts";
import { withCeilings, type ImageCeilings } from "../load/with-ceilings.ts";
import { runShadow, type RecordShadow } from "../shadow/run-shadow.ts";

/** The channel that answers whoever names none. */
export const CHANNEL = STABLE;

/** For the share of a canary: tells apart those who share a key. Longer ones are cut, which still tells most apart. */
const SUBJECT_HEADER = "edgescope-subject";
const MAX_SUBJECT_LENGTH = 256;

export type Inference = {
  /** The model, if the caller may use it for what `scope` names; it may be used until the request ends. */
  getModel(
    c: RequestContext,
    name: string,
    scope: Scope,
    selector?: Selector,
  ): Promise<Result<ServedModel, Failure<GetModelReason | AuthorisationReason>>>;
  /** Those of the published models that the caller may know of. */
  listModels(c: RequestContext): Promise<Result<ListedModel[], Failure<"storage_unavailable" | AuthorisationReason>>>;
  /** What this isolate serves of a model, and what it failed to. */
  status: ModelCache["status"];
  /** A prediction or a failure for each image, in order. The model's shadow is asked the same after the answer. */
  predictAll(
    c: RequestContext,
    model: ServedModel,
    images: readonly PostedImage[],
  ): Promise<Result<Predicted[], RefusedAdmission>>;
  /** The same with a map of each, of the label decided for or of the one at a place in the manifest's order. */
  explainAll(
    c: RequestContext,
    model: ServedModel,
    images: readonly PostedImage[],
    label: number | undefined,
  ): Promise<Result<ExplainedImage[], RefusedAdmission>>;
};

export function createInference(
  models: ModelCache,
  useDecoder: UseDecoder,
  ceilings: ImageCeilings,
  recordShadow: RecordShadow,
): Inference {
  function askShadow(
    c: RequestContext,
    model: ServedModel,
    images: readonly PostedImage[],
    answered: readonly Predicted[],
  ): void {
    if (!model.shadow) return;
    const predict = async (shadow: ServedModel) => {
      const shadowed = await useDecoder(images, undefined, (read) => predictAll(images, shadow, read));
      return shadowed.ok ? shadowed.value : images.map(() => shadowed);
    };
    const { keepAlive } = scopeOf(c);
    keepAlive(runShadow(answered, model, predict, recordShadow, keepAlive));
  }

  async function answerAll<Answer extends Predicted>(
    c: RequestContext,
    model: ServedModel,
    images: readonly PostedImage[],
    answer: (readImage: ReadImage, pause: () => Promise<void>) => Promise<Answer[]>,
  ): Promise<Result<Answer[], RefusedAdmission>> {
    const began = c.var.now();
    const answered = await useDecoder(images, c.req.raw.signal, (readImage, pause) => {
      noteTime(c, "waitMs", began);
      return answer(readImage, pause);
    });
    if (!answered.ok) return answered;
    noteAnswers(c, answered.value);
    askShadow(c, model, images, answered.value);
    return answered;
  }

  return {
    async getModel(c, name, scope, selector = { channel: CHANNEL }) {
      const authorised = authorise(c.var.caller, scope, name);
      if (!authorised.ok) return authorised;
      const subject = c.req.header(SUBJECT_HEADER)?.slice(0, MAX_SUBJECT_LENGTH) ?? c.var.caller.quotaKey;
      const began = c.var.now();
      const model = await models.get(name, { ...selector, ...(subject !== undefined && { subject }) }, scopeOf(c));
      noteTime(c, "modelMs", began);
      if (!model.ok) return model;
      noteModel(c, model.value);
      return ok(withCeilings(model.value, ceilings));
    },
    async listModels({ var: { caller } }) {
      const authorised = authorise(caller, "models:read");
      if (!authorised.ok) return authorised;
      const listed = await models.list();
      return listed.ok ? ok(listed.value.filter(({ name }) => allowsModel(caller, name))) : listed;
    },
    status: (name) => models.status(name),
    predictAll: (c, model, images) => answerAll(c, model, images, (readImage) => predictAll(images, model, readImage)),
    explainAll: (c, model, images, label) =>
      answerAll(c, model, images, (readImage, pause) => explainAll(images, model, readImage, { label, pause })),
  };
}

/** What the registry is told of a request. */
export function scopeOf(c: RequestContext): RequestScope {
  return {
    keepAlive: (work) => c.executionCtx.waitUntil(work),
    onEnd: (release) => c.var.releases.push(release),
  };
}

/** Gives back, when a request ends, the models that it used. */
export const releaseModels: MiddlewareHandler<Env> = async (c, next) => {
  c.set("releases", []);
  try {
    await next();
  } finally {
    for (const release of c.var.releases) release();
  }
};
