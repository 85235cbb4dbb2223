// Text as it may stand in HTML, between tags and in quoted attributes.

import { printable } from "../printable.ts";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ESCAPES[character]);
