// Promotion and rollback over HTTP: what the command line does with the storage's own credentials, for callers with the scope
// `models:write`.

import type { Failure } from "../../base/result.ts";
import { modelNameSchema } from "../../bundle/manifest.ts";
import { CANARY, SHADOW, STABLE } from "../../registry/channels/channels.ts";
import type { EditChannel, EditChannelReason } from "../../registry/channels/edit-channel.ts";
import { authorise } from "../auth/authorise.ts";
import type { RequestContext } from "../env.ts";
import { NOTICE } from "../notice.ts";
import type { ProblemCode } from "../problem.ts";
import { refuse, refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { parseAs, readJson } from "../request/read-json.ts";
import { channelOrderSchema, type ChannelChanged } from "./schemas.ts";

const OWN_CHANNELS: ReadonlySet<string> = new Set([STABLE, CANARY, SHADOW]);

const MAX_ORDER_BYTES = 4096;

export async function changeChannel(
  c: RequestContext,
  editChannel: EditChannel,
  { model, channel }: { model: string; channel: string },
  limits: RequestLimits,
): Promise<Response> {
  const authorised = authorise(c.var.caller, "models:write", model);
  if (!authorised.ok) return refuseFailure(c, authorised.error);
  // A page of another origin cannot say this without asking first, and is not allowed to: on this machine, where nobody is
  // asked for a key, it would otherwise change models.
  if (!/^application\/json\s*(?:;|$)/i.test(c.req.header("content-type") ?? ""))
    return refuse(c, "invalid_request", "an order is sent as application/json");
  if (![model, channel].every((name) => modelNameSchema.safeParse(name).success))
    return refuse(c, "invalid_request", "a name has lower-case letters, digits and single hyphens");
  const json = await readJson(c, { ...limits, maxRequestBytes: MAX_ORDER_BYTES });
  if (!json.ok) return refuseFailure(c, json.error);
  const order = parseAs(channelOrderSchema, json.value);
  if (!order.ok) return refuseFailure(c, order.error);

  const edited = await editChannel(model, channel, order.value, c.var.caller.name);
  if (!edited.ok) return refuse(c, ...toRefusal(edited.error));
  const { changed, pointer } = edited.value;
  Object.assign(c.var.facts, {
    model,
    // Another name may be one that the caller has just made up.
    ...(OWN_CHANNELS.has(channel) && { channel }),
    ...(pointer && { version: pointer.version, digest: pointer.digest }),
  });
  const answer: ChannelChanged = {
    requestId: c.var.requestId,
    name: model,
    channel,
    changed,
    ...(pointer && { pointer }),
    notice: NOTICE,
  };
  return c.json(answer);
}

/** Sentences of our own: those of the registry name what the caller named. */
function toRefusal({ reason }: Failure<EditChannelReason>): [ProblemCode, string] {
  switch (reason) {
    case "storage_unavailable":
      return [reason, "object storage did not answer"];
    case "channels_invalid":
      return ["bundle_unverifiable", "the model's channel document is malformed"];
    case "bundle_too_large":
      return [reason, "the version has more bytes than this service holds in memory"];
    case "channel_conflict":
      return [reason, "somebody else changed the model's channels at the same time; look, and order it again"];
    case "version_missing":
      return ["version_not_found", "the version is not in the registry"];
    case "version_incomplete":
      return ["version_unverifiable", "the version is not whole in the registry; publish it again"];
    case "bundle_unverifiable":
      return ["version_unverifiable", "the version is not what a key that is trusted here has signed"];
    case "canary_missing":
      return ["change_refused", "there is no canary; name the version that it should be"];
    case "stable_missing":
      return ["change_refused", "there is no stable version that a canary or a shadow could stand beside"];
    case "version_is_stable":
      return ["change_refused", "it is the stable version; a canary or a shadow is another one"];
    case "channel_missing":
      return ["change_refused", "there is no such channel to roll back"];
    case "nothing_before":
      return ["change_refused", "the channel's history holds no version before this one"];
    case "channel_ends":
      return ["change_refused", "a canary or a shadow is not rolled back, it is ended"];
    case "not_a_canary":
      return ["change_refused", "only a canary has a percentage"];
    case "stable_stays":
      return ["change_refused", "the stable channel is not ended"];
  }
}
