// Gives what a step allocates its place in a plan, for as long as the step does what the plan says.
import type { BufferPlan } from "./plan-buffers.ts";
import type { Data, Observer } from "./watch-backend.ts";

/** The arena begins at `start`. */
export function createFollower({ buffers }: BufferPlan, start: number): Observer & { isFollowed: () => boolean } {
  const ends = new Map<Data, number>();
  let [clock, allocated, isFollowed] = [0, 0, true];
  return {
    isFollowed: () => isFollowed && allocated === buffers.length,
    allocate(bytes) {
      clock++;
      const buffer = buffers[allocated++] as BufferPlan["buffers"][number] | undefined;
      isFollowed &&= buffer?.bytes === bytes;
      return isFollowed && buffer?.offset !== undefined ? start + buffer.offset : undefined;
    },
    place(data) {
      if (isFollowed) ends.set(data, buffers[allocated - 1].to);
    },
    use(data) {
      const end = ends.get(data);
      // Something else may stand there by now. Once the heap serves what is allocated, nothing does.
      if (isFollowed && end !== undefined && clock > end)
        throw new Error("a step has used a tensor after its planned end");
    },
    startKernel: () => undefined,
    endKernel: () => void clock++,
    free: () => undefined,
  };
}
