// Counts the WebAssembly instances that are made and the memory they hold, by standing in for WebAssembly.Instance.

const RealInstance = WebAssembly.Instance;

export function countCodecMemory() {
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Instance = new Proxy(RealInstance, {
    construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
      const instance = new target(module, imports);
      const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      if (memory) memories.push(memory);
      return instance;
    },
  });
  return {
    instances: () => memories.length,
    largest: () => Math.max(0, ...memories.map((memory) => memory.buffer.byteLength)),
    stop: () => {
      WebAssembly.Instance = RealInstance;
    },
  };
}
