// The document's texts: paragraphs, and code between backticks. Everything is escaped.

import { html } from "hono/html";

export type Html = ReturnType<typeof html>;

/** Of an odd number of parts the odd ones stood between backticks. */
export const renderText = (text: string): Html =>
  html`${text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;

export const renderParagraphs = (text: string): Html =>
  html`${text.split("\n\n").map((paragraph) => html`<p>${renderText(paragraph)}</p>`)}`;
