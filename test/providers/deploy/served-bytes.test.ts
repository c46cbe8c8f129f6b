import { describe, expect, it } from "vitest";

import { readServedBytes, sameBytesSentence } from "../../../components/providers/deploy/served-bytes";
import type { ProbeAnswer } from "../../../components/probes/http";

const SITE = "https://shop.example";
const ok = (body: string): ProbeAnswer => ({ answered: true, status: 200, body, ms: 1 });
const page = (...files: string[]) =>
  `<!doctype html>${files.map((file) => `<script src="${file}"></script>`).join("")}`;

const served = (pages: Record<string, string | number>) =>
  readServedBytes(`${SITE}/`, async ({ url }) => {
    const found = pages[url.replace(SITE, "")] ?? 404;
    return typeof found === "string" ? ok(found) : { answered: true, status: found, body: "", ms: 1 };
  });

describe("what a static site serves", () => {
  const two = { "/": page("/a.js", "/b.js"), "/a.js": "one", "/b.js": "two" };

  it("is the same for the same bytes, and another thing for any other", async () => {
    const before = await served(two);
    expect(before).toMatchObject({ files: 2 });
    expect(await served({ ...two })).toEqual(before);
    const others: Record<string, string>[] = [
      { ...two, "/a.js": "onf" },
      { ...two, "/a.js": "two", "/b.js": "one" },
      { ...two, "/a.js": "onet", "/b.js": "wo" },
      { "/": page("/c.js", "/b.js"), "/c.js": "one", "/b.js": "two" },
    ];
    for (const other of others) expect((await served(other))?.hash).not.toBe(before?.hash);
  });

  it("goes by a file's path alone: a query that names the build is no change of what is in it", async () => {
    // The page itself holds the query, so it is another page all the same.
    const plain = await served({ "/": page("/a.js"), "/a.js": "one" });
    const named = await served({ "/": page("/a.js?v=2"), "/a.js?v=2": "one" });
    expect(named?.hash).not.toBe(plain?.hash);
    expect(await served({ "/": page() })).toMatchObject({ files: 0 });
  });

  it("is not known where the page or one of its files cannot be had", async () => {
    expect(await served({ ...two, "/b.js": 500 })).toBeUndefined();
    expect(await served({ "/": 404 })).toBeUndefined();
  });
});

describe("a flip that changed nothing", () => {
  const seen = (flipped: string[], files: number) =>
    sameBytesSentence("site", { probe: "GET /", flipped, same: true, files });

  it("is told with what was compared, one or several of each", () => {
    expect(seen(["VITE_X"], 1)).toContain(
      "(its page and 1 file), though VITE_X was flipped and it was built again: this flag changes nothing",
    );
    expect(seen(["VITE_X", "VITE_Y"], 3)).toContain(
      "(its page and 3 files), though VITE_X, VITE_Y were flipped and it was built again: these flags change nothing",
    );
  });
});
