// An inspection as one HTML file that needs nothing else and runs no script. It holds images of the data set, reduced in
// size: it is for whoever may see the data, not for publication.

import type { ContactSheet } from "../contact-sheet.ts";
import { toFacts } from "./facts.ts";
import type { Finding } from "../findings.ts";
import type { OpenedData } from "../open-data.ts";
import { escapeHtml } from "../../report/escape-html.ts";
import { htmlHead } from "../../report/html-head.ts";
import { toThumbnailUrl } from "../../report/thumbnail.ts";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.2rem 1rem 0.2rem 0; text-align: left; }
.sheet { display: flex; flex-wrap: wrap; gap: 0.75rem; }
figure { margin: 0; width: 10rem; }
img { display: block; width: 100%; image-rendering: pixelated; background: #888; }
figcaption, code { font-size: 0.75rem; overflow-wrap: anywhere; }`;

export function toHtmlPage(data: OpenedData, findings: readonly Finding[], sheet: ContactSheet): string {
  return `${htmlHead(data.name, STYLE)}
<p>${toFacts(data).map(escapeHtml).join("<br>\n")}</p>
${findings.slice(0, 1).map(toSection).join("")}
${sheet.map(toFigures).join("\n")}
${findings.slice(1).map(toSection).join("\n")}
</html>
`;
}

function toSection({ title, sentence, header, rows, more }: Finding): string {
  const toRow = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const lines = [...(header ? [toRow(header, "th")] : []), ...rows.map((row) => toRow(row, "td"))];
  const table = lines.length > 0 ? `\n<table>\n${lines.join("\n")}\n</table>` : "";
  return `<h2>${escapeHtml(title)}</h2>\n<p>${escapeHtml(sentence)}</p>${table}${more > 0 ? `\n<p>and ${more} more</p>` : ""}`;
}

function toFigures({ label, images }: ContactSheet[number]): string {
  const figures = images.map(({ name, pixels }) => {
    const caption = escapeHtml(name);
    return `<figure><img alt="${caption}" src="${toThumbnailUrl(pixels)}"><figcaption>${caption}</figcaption></figure>`;
  });
  return `<h3>${escapeHtml(label)}</h3>\n<div class="sheet">${figures.join("\n") || "no image that can be read"}</div>`;
}
