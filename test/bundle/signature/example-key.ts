// A signing key that nobody can mistake for a secret: the private number is 1, so the public point is the generator of
// P-256 (SEC 2, section 2.4.2).

import { publicKeyHint, type PublicKey } from "../../../src/bundle/signature/public-key.ts";
import type { SigningKey } from "../../../src/bundle/signature/sign-bundle.ts";

const point = {
  kty: "EC",
  crv: "P-256",
  x: "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
  y: "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
};
const algorithm = { name: "ECDSA", namedCurve: "P-256" };

export const exampleKey: SigningKey = {
  privateKey: await crypto.subtle.importKey(
    "jwk",
    { ...point, d: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE" },
    algorithm,
    false,
    ["sign"],
  ),
  publicKey: await crypto.subtle.importKey("jwk", point, algorithm, true, ["verify"]),
};

export const exampleTrustedKeys: PublicKey[] = [
  { key: exampleKey.publicKey, hint: await publicKeyHint(exampleKey.publicKey) },
];
