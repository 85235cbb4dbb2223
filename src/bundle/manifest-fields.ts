// Fields that several parts of the manifest have.

import * as z from "zod/mini";

export const text = z.string().check(z.minLength(1), z.maxLength(4000));

export const positiveInteger = z.int().check(z.positive());

export const probability = z.number().check(z.minimum(0), z.maximum(1));

/** A file beside the manifest. */
export const filePath = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), z.maxLength(128));
