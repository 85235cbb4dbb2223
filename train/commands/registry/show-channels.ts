// `edgescope channels`: what a model's channels name, and who moved them when.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { CANARY, SHADOW, type Channels } from "../../../src/registry/channels/channels.ts";
import { readChannels } from "../../../src/registry/channels/read-channels.ts";
import { printable } from "../../printable.ts";
import { alignColumns } from "../align-columns.ts";
import { inRegistry, type RegistryContext } from "./in-registry.ts";

const HISTORY_ROWS = 20;

export function showChannels(
  model: string,
  { all, ...context }: RegistryContext & { all: boolean },
): Promise<Result<null, Failure<string>>> {
  return inRegistry(context, async (store) => {
    const read = await readChannels(store, model);
    if (!read.ok) return fail(read.error.reason, `${model}: ${read.error.detail}`);
    const { channels } = read.value;
    context.output.write(`${describeChannels(channels)}\n${describeHistory(channels, all)}`);
    return ok(null);
  });
}

/** A line a channel. */
export function describeChannels({ model, channels }: Channels): string {
  const rows = Object.entries(channels).map(([channel, { version, digest, percent }]) => [
    `${model}@${channel}`,
    version,
    digest.slice(0, 12),
    describeShare(channel, percent),
  ]);
  return rows.length === 0 ? `${model} has no channels\n` : alignColumns(rows);
}

function describeShare(channel: string, percent: number | undefined): string {
  if (channel === SHADOW) return "asked after stable has answered";
  if (channel !== CANARY) return "";
  return percent === undefined ? "for those who ask for it" : `${percent} % of the callers of stable`;
}

/** The newest change first. */
function describeHistory({ history }: Channels, all: boolean): string {
  const shown = history.toReversed().slice(0, all ? history.length : HISTORY_ROWS);
  const rows = shown.map(({ at, action, channel, version, percent, by }) => [
    printable(at),
    action,
    channel,
    percent === undefined ? version : `${version} at ${percent} %`,
    printable(by),
  ]);
  const older = history.length - shown.length;
  return alignColumns(rows) + (older > 0 ? `and ${older} older changes; --all shows them\n` : "");
}
