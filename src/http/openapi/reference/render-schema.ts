// A JSON Schema as a person reads it: its type, its bounds, and its members below it.

import { html } from "hono/html";
import type { JsonSchema } from "../schema-components.ts";
import { renderText, type Html } from "./render-text.ts";

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const schemasIn = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

export function renderSchema(schema: JsonSchema): Html {
  const { description, properties, additionalProperties, items, prefixItems } = schema;
  const members = isSchema(properties) ? Object.entries(properties) : [];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const inner = [items, additionalProperties].find(
    (part) => isSchema(part) && (isSchema(part["properties"]) || choicesOf(part).some(hasMembers)),
  );
  return html`${renderType(schema)}
  ${typeof description === "string" ? html`<p class="soft">${renderText(description)}</p>` : ""}
  ${
    members.length > 0
      ? html`<dl>
          ${members.map(
            ([name, member]) =>
              html`<dt>
                  <code>${name}</code>${required.includes(name) ? "" : html` <span class="soft">optional</span>`}
                </dt>
                <dd>${isSchema(member) ? renderSchema(member) : ""}</dd>`,
          )}
        </dl>`
      : ""
  }
  ${isSchema(inner) ? renderSchema(inner) : ""}
  ${
    choicesOf(schema).some(hasMembers)
      ? html`<ul>
          ${choicesOf(schema).map((choice) => html`<li>${renderSchema(choice)}</li>`)}
        </ul>`
      : ""
  }
  ${
    schemasIn(prefixItems).length > 0
      ? html`<ul>
          ${schemasIn(prefixItems).map((item) => html`<li>${renderSchema(item)}</li>`)}
        </ul>`
      : ""
  }`;
}

const hasMembers = (schema: JsonSchema): boolean => isSchema(schema["properties"]);

const choicesOf = (schema: JsonSchema): JsonSchema[] => schemasIn(schema["anyOf"] ?? schema["oneOf"]);

/** In a line: a link, the values, or the type with its bounds. */
export function renderType(schema: JsonSchema): Html {
  const { $ref, type, items, additionalProperties } = schema;
  if (typeof $ref === "string") {
    const name = $ref.split("/").at(-1) ?? "";
    return html`<a href="#${name}">${name}</a>`;
  }
  if ("const" in schema) return html`<code>${JSON.stringify(schema["const"])}</code>`;
  if (Array.isArray(schema["enum"]))
    return join(
      schema["enum"].map((value) => html`<code>${String(value)}</code>`),
      ", ",
    );
  if (type === "array") return html`array${isSchema(items) ? html` of ${renderType(items)}` : ""}${boundsOf(schema)}`;
  if (type === "object" && isSchema(additionalProperties))
    return html`object by name, of ${renderType(additionalProperties)}`;
  if (typeof type === "string") return html`${type}${boundsOf(schema)}`;
  const choices = choicesOf(schema);
  return choices.length > 0 ? join(choices.map(renderType), " or ") : html`anything`;
}

const BOUNDS = { minimum: "from", exclusiveMinimum: "above", maximum: "to", minItems: "at least", maxItems: "at most" };

const boundsOf = (schema: JsonSchema): string =>
  Object.entries(BOUNDS)
    .filter(([keyword]) => typeof schema[keyword] === "number")
    .map(([keyword, word]) => ` ${word} ${String(schema[keyword])}`)
    .join("");

const join = (parts: readonly Html[], between: string): Html =>
  html`${parts.map((part, i) => html`${i === 0 ? "" : between}${part}`)}`;
