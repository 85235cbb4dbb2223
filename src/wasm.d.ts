// The bundler turns a `.wasm` file imported as `?module` into a compiled module; workerd compiles no WebAssembly at run time.

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
