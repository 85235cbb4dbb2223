// Which version a channel named before the one it names now, read from its history. Pure.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { CANARY, channelPointer, SHADOW, type ChannelChange, type ChannelPointer, type Channels } from "./channels.ts";
import type { Author } from "./plan-promotion.ts";

export type RollbackReason = "channel_missing" | "nothing_before" | "channel_ends";

/** One step back; a second rollback goes a step further, not forward again. */
export function planRollback(
  before: Channels,
  channel: string,
  author: Author,
): Result<ChannelChange[], Failure<RollbackReason>> {
  if (channel === CANARY || channel === SHADOW)
    return fail(
      "channel_ends",
      `a ${channel} is not rolled back, it is ended: promote ${before.model} --end ${channel}`,
    );
  if (!channelPointer(before, channel))
    return fail("channel_missing", `${before.model} has no channel called ${channel}`);
  const to = replay(before.history, channel).at(-2);
  if (!to) return fail("nothing_before", `the history of ${before.model}@${channel} holds no version before this one`);
  return ok([{ action: "rollback", channel, ...to, ...author }]);
}

/** The versions that a channel came by, the current one last; a rollback takes back what it rolled back. */
function replay(history: Channels["history"], channel: string): ChannelPointer[] {
  const stack: ChannelPointer[] = [];
  for (const { action, version, digest } of history.filter((entry) => entry.channel === channel)) {
    if (action === "end") continue;
    if (action === "rollback") {
      stack.pop();
      // Where older entries have been dropped, the version that it went back to is not on the stack.
      if (stack.at(-1)?.digest !== digest) stack.push({ version, digest });
    } else if (stack.at(-1)?.digest !== digest) stack.push({ version, digest });
  }
  return stack;
}
