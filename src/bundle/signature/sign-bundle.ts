// Makes `model.sig`, an OpenSSF Model Signing v1.0 signature by a key, which the reference tool accepts.

import { toBase64, toUtf8 } from "../../base/bytes.ts";
import { rawToDer } from "./ecdsa-der.ts";
import { publicKeyHint } from "./public-key.ts";
import {
  BUNDLE_MEDIA_TYPE,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  writeStatement,
  type Resource,
} from "./statement.ts";

/** An ECDSA P-256 pair; the public half must be extractable. */
export type SigningKey = { privateKey: CryptoKey; publicKey: CryptoKey };

/** Signs the files of the folder called `name`, the manifest among them. */
export async function signBundle(
  name: string,
  files: readonly Resource[],
  key: SigningKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = await writeStatement(name, files);
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    key.privateKey,
    preAuthenticationEncoding(payload),
  );
  const bundle = {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: await publicKeyHint(key.publicKey) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: toBase64(payload),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: toBase64(rawToDer(new Uint8Array(signature))), keyid: "" }],
    },
  };
  return toUtf8(JSON.stringify(bundle));
}
