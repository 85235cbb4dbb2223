// One operation: what to send, and every answer.

import { html } from "hono/html";
import { COMMON_HEADERS, type Answer, type Content, type Operation } from "../describe-operation.ts";
import { renderSchema, renderType } from "./render-schema.ts";
import { renderParagraphs, renderText, type Html } from "./render-text.ts";

export function renderOperation(path: string, method: string, operation: Operation): Html {
  const { operationId, summary, description, security, parameters = [], requestBody, responses } = operation;
  const scopes = new Set(security.flatMap((requirement) => Object.values(requirement).flat()));
  return html`<section aria-labelledby="${operationId}">
    <h3 id="${operationId}"><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${summary}.</p>
    ${description === undefined ? "" : renderParagraphs(description)}
    <p class="soft">
      ${scopes.size === 0 ? "Open to all." : html`Needs the scope ${[...scopes].map((scope) => html`<code>${scope}</code>`)}.`}
    </p>
    ${
      parameters.length === 0
        ? ""
        : html`<h4>Parameters</h4>
            <dl>
              ${parameters.map(
                (parameter) =>
                  html`<dt>
                      <code>${parameter.name}</code>
                      <span class="soft">${parameter.in}</span> ${renderType(parameter.schema)}
                    </dt>
                    <dd>${renderText(parameter.description)}</dd>`,
              )}
            </dl>`
    }
    ${
      requestBody
        ? html`<h4>Body</h4>
            <p>${renderText(requestBody.description)}</p>
            ${renderContent(requestBody.content)}`
        : ""
    }
    <h4>Answers</h4>
    <dl>${Object.entries(responses).map(([status, answer]) => renderAnswer(status, answer))}</dl>
  </section>`;
}

function renderAnswer(status: string, { description, headers = {}, content }: Answer): Html {
  const own = Object.entries(headers).filter(([name]) => !(name in COMMON_HEADERS));
  return html`<dt><strong>${status}</strong></dt>
    <dd>
      ${description.split("\n").map((line) => html`<p>${renderText(line)}</p>`)}
      ${status === "200" ? renderContent(content) : ""}
      ${
        own.length === 0
          ? ""
          : html`<dl>
              ${own.map(
                ([name, header]) =>
                  html`<dt><code>${name}</code> <span class="soft">header</span></dt>
                    <dd>${renderText(header.description)}</dd>`,
              )}
            </dl>`
      }
    </dd>`;
}

/** What is a component is linked, what is not stands here. */
const renderContent = (content: Content): Html =>
  html`<ul>
    ${Object.entries(content).map(
      ([type, { schema }]) => html`<li><code>${type}</code> ${schema ? renderSchema(schema) : ""}</li>`,
    )}
  </ul>`;
