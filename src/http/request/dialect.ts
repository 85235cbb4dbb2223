// Which protocol a path belongs to, whether something is served there or not.

export type Dialect = "native" | "open_inference" | "tf_serving";

/** TensorFlow Serving's verbs, metadata, versions and labels; the rest of its paths are the native ones. */
const TF_SERVING_PATH = /^\/v1\/models\/(?:[^/]+\/(?:metadata|versions|labels)(?:\/|$)|.*:[^/]*$)/;

export function dialectOf(path: string): Dialect | undefined {
  if (/^\/v2(?:\/|$)/.test(path)) return "open_inference";
  if (TF_SERVING_PATH.test(path)) return "tf_serving";
  return /^\/v1(?:\/|$)/.test(path) ? "native" : undefined;
}
