// WebAssembly instances, counted where they are made, and the memory of those that have not been collected. Stands in for
// WebAssembly.Instance from the moment it is imported.

let made = 0;
let memories: WeakRef<WebAssembly.Memory>[] = [];

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args: ConstructorParameters<typeof WebAssembly.Instance>) {
    made++;
    const instance = new target(...args);
    const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
    if (memory) memories.push(new WeakRef(memory));
    return instance;
  },
});

export const instancesMade = (): number => made;

export function liveMemoryBytes(): number {
  memories = memories.filter((memory) => memory.deref());
  return memories.reduce((bytes, memory) => bytes + (memory.deref()?.buffer.byteLength ?? 0), 0);
}
