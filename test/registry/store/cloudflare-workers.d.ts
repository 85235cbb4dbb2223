// The one export of the runtime's module that tests use; the package's own types would bring the whole platform's globals.

declare module "cloudflare:workers" {
  export const env: unknown;
}
