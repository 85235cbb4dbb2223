// sharp, from bench/package.json: libvips with libjpeg-turbo, native, held to one thread.

type Sharp = ((file?: Uint8Array, options?: object) => Pipeline) & { concurrency: (threads: number) => number };

type Pipeline = {
  resize: (width: number, height: number, options: object) => Pipeline;
  jpeg: (options: object) => Pipeline;
  raw: () => Pipeline;
  removeAlpha: () => Pipeline;
  toBuffer: () => Promise<Uint8Array>;
};

export async function loadSharp(): Promise<Sharp> {
  // Installed by npm where it is missing, so that it is none of this program's types.
  const name = "sharp";
  const { default: sharp } = (await import(name)) as { default: Sharp };
  sharp.concurrency(1);
  return sharp;
}
