// The reference as one page that was made of the document: no script, nothing from elsewhere, and a policy that says so.

import { html, raw } from "hono/html";
import { toBase64, toUtf8 } from "../../../base/bytes.ts";
import type { OpenApiDocument } from "../create-document.ts";
import { NOTICE } from "../../notice.ts";
import { COMMON_HEADERS } from "../describe-operation.ts";
import { renderOperation } from "./render-operation.ts";
import { renderSchema } from "./render-schema.ts";
import { renderParagraphs, type Html } from "./render-text.ts";
import { STYLE } from "./style.ts";

export type Reference = { page: string; contentSecurityPolicy: string };

export async function renderReference(document: OpenApiDocument): Promise<Reference> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", toUtf8(STYLE)));
  return {
    page: String(await renderPage(document)),
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${toBase64(digest)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function renderPage({ info, tags, paths, components }: OpenApiDocument): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const [, ...description] = info.description.split("\n\n");
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info.title} API ${info.version}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>${info.title} API <span class="soft">${info.version}</span></h1>
          <p>${info.summary}. For programs: <a href="openapi.json">openapi.json</a>, OpenAPI 3.1.</p>
          <p class="notice" role="note">${NOTICE}</p>
          ${renderParagraphs(description.join("\n\n"))}
        </header>
        <nav aria-label="Operations">
          ${tags.map(
            ({ name }) =>
              html`<h2>${name}</h2>
                <ul>
                  ${operations
                    .filter(({ operation }) => operation.tags.includes(name))
                    .map(
                      ({ path, method, operation }) =>
                        html`<li>
                          <span class="method">${method.toUpperCase()}</span>
                          <a href="#${operation.operationId}"><code>${path}</code></a> ${operation.summary}
                        </li>`,
                    )}
                </ul>`,
          )}
        </nav>
        <main>
          <h2 id="headers">Headers of every answer</h2>
          <dl>
            ${Object.entries(COMMON_HEADERS).map(
              ([name, header]) =>
                html`<dt><code>${name}</code></dt>
                  <dd>${header.description}</dd>`,
            )}
          </dl>
          <h2 id="credentials">Credentials</h2>
          <dl>
            ${Object.values(components.securitySchemes).map(
              (scheme) =>
                html`<dt><code>${"name" in scheme ? `${scheme.name}: …` : "Authorization: Bearer …"}</code></dt>
                  <dd>${scheme.description}</dd>`,
            )}
          </dl>
          ${tags.map(
            ({ name, description: about }) =>
              html`<h2>${name}</h2>
                <p>${about}</p>
                ${operations
                  .filter(({ operation }) => operation.tags.includes(name))
                  .map(({ path, method, operation }) => renderOperation(path, method, operation))}`,
          )}
          <h2 id="schemas">Schemas</h2>
          ${Object.entries(components.schemas).map(
            ([name, schema]) =>
              html`<section aria-labelledby="${name}">
                <h3 id="${name}">${name}</h3>
                ${renderSchema(schema)}
              </section>`,
          )}
        </main>
      </body>
    </html>`;
}
