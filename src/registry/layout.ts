// Where things lie in object storage. Everything but a channel document is immutable.

export const BLOBS_PREFIX = "blobs/sha256/";

/** Content-addressed: the key is the hex SHA-256 of the bytes. */
export const blobKey = (sha256: string): string => `${BLOBS_PREFIX}${sha256}`;

export const BUNDLES_PREFIX = "bundles/";

export const manifestKey = (name: string, version: string): string => `${BUNDLES_PREFIX}${name}/${version}/bundle.json`;

export const signatureKey = (name: string, version: string): string => `${BUNDLES_PREFIX}${name}/${version}/model.sig`;

export const CHANNELS_PREFIX = "channels/";

/** One mutable document a model, written only with If-Match; its channels and their history stand inside. */
export const channelsKey = (name: string): string => `${CHANNELS_PREFIX}${name}.json`;

/** Ceilings for what is read before anything has been verified. */
export const MAX_MANIFEST_BYTES = 256 * 1024;
export const MAX_SIGNATURE_BYTES = 256 * 1024;
export const MAX_CHANNELS_BYTES = 1024 * 1024;

/** The largest file a manifest may list. */
export const MAX_BLOB_BYTES = 64 * 1024 * 1024;
