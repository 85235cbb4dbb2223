// The reference page: all of the document, and nothing that a browser would fetch or run.

import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { createDocument } from "../../../src/http/openapi/create-document.ts";
import { renderReference } from "../../../src/http/openapi/reference/render-reference.ts";
import { serveDigits } from "../served-digits.ts";

const served = await serveDigits();
const response = await served.request("/docs");
const page = await response.text();
const { document } = parseHTML(page);

test("has a policy under which its own style applies and nothing else does", () => {
  const hash = createHash("sha256")
    .update(document.querySelector("style")?.textContent ?? "")
    .digest("base64");
  expect(response.headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(response.headers.get("content-type")).toContain("text/html");
});

test("has no script, no attribute that is one, and nothing to load", () => {
  expect(document.querySelectorAll("script, link, img, iframe, object, embed, [src], [style]")).toHaveLength(0);
  expect(page).not.toMatch(/\son\w+=/);
});

test("every link goes to a place on the page, or to the document", () => {
  const links = [...document.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? "");
  expect(links.length).toBeGreaterThan(50);
  const astray = links.filter((href) => href !== "openapi.json" && !document.getElementById(href.slice(1)));
  expect(astray).toEqual([]);
});

test("has every operation with each of its codes, and every schema", () => {
  const { paths, components } = createDocument();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { operationId, responses }] of Object.entries(methods)) {
      const heading = document.getElementById(operationId);
      expect(heading?.textContent?.trim()).toBe(`${method.toUpperCase()} ${path}`);
      const text = heading?.parentElement?.textContent ?? "";
      for (const { description } of Object.values(responses)) {
        expect(text).toContain(description.split("\n")[0].replaceAll("`", ""));
      }
    }
  }
  for (const name of Object.keys(components.schemas)) expect(document.getElementById(name)?.textContent).toBe(name);
});

test("what the document says is text, whatever it says", async () => {
  const hostile = createDocument();
  hostile.info.title = "<script>alert(1)</script>";
  hostile.paths["/healthz"]["get"].summary = `"><img src=x onerror="alert(1)">`;
  const { page: escaped } = await renderReference(hostile);
  expect(escaped).not.toMatch(/<script|<img/);
});
