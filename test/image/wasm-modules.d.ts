// The codecs' modules as workerd imports them. The PNG one is named: beside its file lie declarations of another kind.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
