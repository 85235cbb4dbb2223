// The description of the service, for programs and for people. Made at the first request for it: it costs a start nothing.

import { Hono } from "hono";
import type { Env } from "../env.ts";
import { createDocument } from "./create-document.ts";
import { renderReference, type Reference } from "./reference/render-reference.ts";

export const OPENAPI_PATH = "/openapi.json";
export const REFERENCE_PATH = "/docs";

export function createOpenApiRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  let document: string | undefined;
  let reference: Promise<Reference> | undefined;

  routes.get(OPENAPI_PATH, (c) => {
    document ??= JSON.stringify(createDocument());
    return c.body(document, 200, { "content-type": "application/json" });
  });

  routes.get(REFERENCE_PATH, async (c) => {
    reference ??= renderReference(createDocument());
    const { page, contentSecurityPolicy } = await reference;
    return c.html(page, 200, { "content-security-policy": contentSecurityPolicy });
  });

  return routes;
}
