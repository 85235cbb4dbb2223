// `edgescope promote` and `edgescope rollback`: channels name other versions, in one write that nobody else's can cross.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { modelNameSchema } from "../../../src/bundle/manifest.ts";
import {
  changeChannels,
  readForChange,
  type ChannelsRead,
  type PlanChanges,
} from "../../../src/registry/channels/change-channels.ts";
import { STABLE, type ChannelPointer, type Channels } from "../../../src/registry/channels/channels.ts";
import { planPromotion, type PromotionOrder } from "../../../src/registry/channels/plan-promotion.ts";
import { planRollback } from "../../../src/registry/channels/plan-rollback.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { authorOf } from "../../publish/author.ts";
import { findVersion } from "../../../src/registry/stored-version.ts";
import { inRegistry, type RegistryContext } from "./in-registry.ts";
import { describeChannels } from "./show-channels.ts";

export type PromoteFlags = {
  channel?: string;
  canary?: number;
  shadow?: string;
  end: string[];
  by?: string;
};

/** The version goes to the channel, or with `canary` to the canary. */
export function promote(
  model: string,
  version: string | undefined,
  flags: PromoteFlags,
  context: RegistryContext,
): Promise<Result<null, Failure<string>>> {
  return inRegistry(context, async (store) => {
    const before = await readForChange(store, model);
    if (!before.ok) return before;
    const order = await toOrder(store, model, version, flags);
    if (!order.ok) return order;
    const plan = (channels: Channels) => planPromotion(channels, order.value, authorOf(flags.by));
    return change(store, before.value, plan, context);
  });
}

/** One step back in the channel's history. */
export function rollback(
  model: string,
  { channel, by }: { channel: string; by?: string },
  context: RegistryContext,
): Promise<Result<null, Failure<string>>> {
  return inRegistry(context, async (store) => {
    const before = await readForChange(store, model);
    if (!before.ok) return before;
    const changes = planRollback(before.value.channels, channel, authorOf(by));
    if (!changes.ok) return changes;
    for (const { version } of changes.value) {
      const found = await findVersion(store, model, version);
      if (!found.ok) return found;
    }
    return change(store, before.value, () => changes, context);
  });
}

async function change(
  store: ObjectStore,
  before: ChannelsRead,
  plan: PlanChanges<string>,
  { in: registry, output }: RegistryContext,
): Promise<Result<null, Failure<string>>> {
  const changed = await changeChannels(store, before, plan);
  if (!changed.ok) return changed;
  output.write(changed.value === before.channels ? `${registry}: nothing changed\n` : `${registry}:\n`);
  output.write(describeChannels(changed.value));
  return ok(null);
}

async function toOrder(
  store: ObjectStore,
  model: string,
  version: string | undefined,
  { channel, canary, shadow, end }: PromoteFlags,
): Promise<Result<PromotionOrder, Failure<string>>> {
  if (!modelNameSchema.safeParse(model).success) return fail("model_not_found", "no model has this name");
  if (canary !== undefined && channel !== undefined)
    return fail("usage", "the version goes either to --channel or, with --canary, to the canary");
  if (version === undefined && channel !== undefined) return fail("usage", "--channel takes a version to name");
  if (version === undefined && canary === undefined && shadow === undefined && end.length === 0)
    return fail("usage", "there is nothing to do: name a version, --canary, --shadow or --end");
  const pointers = new Map<string, ChannelPointer>();
  for (const wanted of [version, shadow]) {
    if (wanted === undefined) continue;
    const found = await findVersion(store, model, wanted);
    if (!found.ok) return found;
    pointers.set(wanted, found.value);
  }
  const to = version === undefined ? undefined : pointers.get(version);
  const shadowTo = shadow === undefined ? undefined : pointers.get(shadow);
  return ok({
    ...(to && canary === undefined && { move: { channel: channel ?? STABLE, to } }),
    ...(canary !== undefined && { canary: { percent: canary, ...(to && { to }) } }),
    ...(shadowTo && { shadow: shadowTo }),
    end,
  });
}
