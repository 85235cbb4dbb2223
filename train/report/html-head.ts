// How the pages that are written here begin: one file each, which loads nothing and runs nothing.

import { escapeHtml } from "./escape-html.ts";

/** To the heading, which is the title; `style` is ours. */
export function htmlHead(title: string, style: string): string {
  const name = escapeHtml(title);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${name}</title>
<style>${style}</style>
<h1>${name}</h1>`;
}
