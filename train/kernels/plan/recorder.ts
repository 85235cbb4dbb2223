// Notes what a step allocates, and when each of it is used last.
import type { Allocation } from "./plan-buffers.ts";
import type { Data, Observer } from "./watch-backend.ts";

/** `allocations` grows while the step runs. */
export function createRecorder(): Observer & { allocations: Allocation[] } {
  const allocations: Allocation[] = [];
  const owners = new Map<Data, Allocation>();
  const byAddress = new Map<number, Allocation>();
  /** What the kernels that are running have used, the innermost last. */
  const used: Set<Allocation>[] = [];
  let clock = 0;
  return {
    allocations,
    allocate(bytes) {
      clock++;
      allocations.push({ bytes, from: clock, to: clock, isFreed: false });
      return undefined;
    },
    place(data) {
      const allocation = allocations[allocations.length - 1];
      owners.set(data, allocation);
      byAddress.set(data.memoryOffset, allocation);
    },
    use(data) {
      const allocation = owners.get(data);
      if (!allocation) return;
      allocation.to = clock;
      used.at(-1)?.add(allocation);
    },
    startKernel: () => void used.push(new Set()),
    endKernel() {
      // A kernel may ask for its inputs before it allocates its output, and reads them until it ends.
      for (const allocation of used.pop() ?? []) {
        allocation.to = clock;
        used.at(-1)?.add(allocation);
      }
      clock++;
    },
    free(address) {
      const allocation = byAddress.get(address);
      if (allocation) allocation.isFreed = true;
      byAddress.delete(address);
    },
  };
}
