import { describe, expect, it } from "vitest";

import type { HttpProbe, ProbeAnswer } from "../../components/probes/http";
import { describeHtmlPage } from "../../components/probes/html-page";
import { loadPage } from "../../components/probes/page-load";

const SITE = "https://felix.example";
const ok = (body: string, ms = 10): ProbeAnswer => ({ answered: true, status: 200, body, ms });
const refused: ProbeAnswer = { answered: false, error: "connection refused", ms: 1 };
const status = (code: number, body = ""): ProbeAnswer => ({ answered: true, status: code, body, ms: 10 });
const page = (inside: string) => ok(`<!doctype html><html>${inside}</html>`, 20);

/** A site by path; @returns the load, and what was asked in order. */
async function load(answers: Record<string, ProbeAnswer>) {
  const asked: string[] = [];
  const probe: HttpProbe = async ({ url }) => {
    const path = url.replace(SITE, "");
    asked.push(path);
    return answers[path] ?? status(404);
  };
  return { asked, ...(await loadPage(`${SITE}/`, probe)) };
}

describe("a page", () => {
  it("takes as long as the document and then its slowest file: files are loaded side by side", async () => {
    const { ms, files, problems } = await load({
      "/": page('<link rel="stylesheet" href="/a.css"><script src="/b.js"></script>'),
      "/a.css": ok("", 70),
      "/b.js": ok("", 50),
    });
    expect({ ms, files, problems }).toEqual({ ms: 20 + 70, files: 2, problems: [] });
  });

  it.each([
    ["a script", '<script type="module" src="/x.js"></script>', ["/x.js"]],
    [
      "a script in single quotes, after other attributes",
      "<script defer data-src='/no.js' src='/x.js'></script>",
      ["/x.js"],
    ],
    ["a script without quotes, in capitals", "<SCRIPT SRC=/x.js></SCRIPT>", ["/x.js"]],
    ["a style whose rel comes last", '<link href="/x.css" rel="stylesheet">', ["/x.css"]],
    ["a style in capitals", '<LINK REL="StyleSheet" HREF="/x.css">', ["/x.css"]],
    ["a style among other words of rel", '<link rel="alternate  stylesheet" href="/x.css">', ["/x.css"]],
    ["an address with a part behind #, without it", '<script src="/x.js#a#b"></script>', ["/x.js"]],
    ["what is loaded ahead", '<link rel="modulepreload" crossorigin href="/x.js">', ["/x.js"]],
    ["a relative path", '<script src="assets/x.js"></script>', ["/assets/x.js"]],
    ["an address with a query", '<script src="/x.js?a=1&amp;b=2"></script>', ["/x.js?a=1&b=2"]],
    [
      "a file that is named twice, once",
      '<script src="/x.js"></script><link rel=preload href="/x.js#a">',
      ["/x.js"],
    ],
  ])("loads %s", async (_what, html, files) => {
    const { asked } = await load({ "/": page(html) });
    expect(asked).toEqual(["/", ...files]);
  });

  it.each([
    ["a script of its own text", "<script>go()</script>"],
    ["a script for old browsers", '<script nomodule src="/old.js"></script>'],
    ["what only sounds like a style", '<link rel="prestylesheet preloader" href="/x.css">'],
    ["an icon", '<link rel="icon" href="/x.ico">'],
    ["another origin's file", '<script src="https://cdn.example/x.js"></script>'],
    ["a style that is text", '<link rel="stylesheet" href="data:text/css,a{}">'],
    ["an address that is none", '<script src="https://[x"></script>'],
  ])("does not load %s", async (_what, html) => {
    const { asked, problems } = await load({ "/": page(html) });
    expect({ asked, problems }).toEqual({ asked: ["/"], problems: [] });
  });

  it.each([
    ["does not answer", refused, "/: connection refused"],
    ["is not found", status(404), "/: HTTP 404"],
    ["is moved", status(301), "/: HTTP 301, a redirect to somewhere else"],
    ["is moved within itself", status(300), "/: HTTP 300, a redirect to somewhere else"],
    ["is refused", status(400), "/: HTTP 400"],
    ["is never more than information", status(199), "/: HTTP 199"],
    ["is no page", ok('{"status":"ok"}'), "/: not an HTML page"],
  ])("that %s is named so, and nothing else is loaded", async (_what, answer, problem) => {
    expect(await load({ "/": answer })).toMatchObject({ asked: ["/"], files: 0, problems: [problem] });
  });

  it("names each file that is not there, also where the site answers with its front page instead", async () => {
    const front = page("<title>Felix</title>");
    const { problems, files } = await load({
      "/": page('<script src="/a.js"></script><script src="/b.js"></script><script src="/c.js"></script>'),
      "/a.js": front,
      "/b.js": status(500),
      "/c.js": ok("go()"),
    });
    expect(files).toBe(3);
    expect(problems).toEqual(['/a.js: an HTML page, "Felix", instead of the file', "/b.js: HTTP 500"]);
  });

  it("asks for no more files than a page of ours has", async () => {
    const many = Array.from({ length: 100 }, (_, index) => `<script src="/${index}.js"></script>`).join("");
    expect((await load({ "/": page(many) })).files).toBe(60);
  });

  it("reads bundles that are larger than other answers may be", async () => {
    const limits: (number | undefined)[] = [];
    await loadPage(SITE, async ({ maxBytes }) => {
      limits.push(maxBytes);
      return page('<script src="/a.js"></script>');
    });
    expect(limits).toEqual([20 * 1024 * 1024, 20 * 1024 * 1024]);
  });
});

describe("a page for people", () => {
  it.each([
    ["<!DOCTYPE html><html><head><title>\n502  Bad Gateway </title>", 'an HTML page, "502 Bad Gateway"'],
    ["  <!-- proxy --> <html lang=en>", "an HTML page"],
    ['<?xml version="1.0"?><html>', "an HTML page"],
    [
      "<?xml?>\n<!-- a --><!-- b -->\n<!doctype  html><title lang=en> It works! </title>",
      'an HTML page, "It works!"',
    ],
    ["<html><title> </title>", "an HTML page"],
    [`<html><title>${"x".repeat(100)}</title>`, `an HTML page, "${"x".repeat(80)}…"`],
    [`${" ".repeat(1_990)}<html>`, "an HTML page"],
    [`${" ".repeat(2_000)}<html>`, undefined],
    [`<html>${" ".repeat(20_000)}<title>late</title>`, "an HTML page"],
    ["<!-- no end <html>", undefined],
    ["  <?XML version=1?> <html>", "an HTML page"],
    ["text <?xml?><html>", undefined],
    ["<!---->x", undefined],
    ["<htmlx>", undefined],
    ["text <html>", undefined],
    ['{"html":"<html>"}', undefined],
    ["plain", undefined],
    ["", undefined],
  ])("%j is %s", (body, words) => {
    expect(describeHtmlPage(body)).toBe(words);
  });
});
