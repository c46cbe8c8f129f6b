import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createRunnerReader, type RunWords } from "../../components/database/reader/runner-reader";
import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";

/** A password that every form of a URL, a shell and a log would like to trip over. */
const PASSWORD = `p@ss'w"ord $HOME \\ %41/?#`;

describe("the database asked through a runner", () => {
  let server: PostgresServer;
  const folder = mkdtempSync(join(tmpdir(), "rollout-runner-"));

  beforeAll(async () => {
    server = await startPostgres({ password: PASSWORD, database: "shop" });
    for (const program of ["sh", "base64", "gzip", "awk", "node", "cat", "psql"]) {
      const path = (process.env["PATH"] ?? "")
        .split(":")
        .map((one) => join(one, program))
        .find(existsSync);
      if (path !== undefined) symlinkSync(path, join(folder, program));
    }
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the words with these programs only, and keeps what was in the process list's reach. */
  const runner =
    (
      without: string[],
      env: Record<string, string>,
      seen: string[] = [],
      change = (output: string) => output,
    ): RunWords =>
    (words) => {
      seen.push(...words);
      for (const program of without) rmSync(join(folder, program), { force: true });
      return new Promise((resolve) => {
        execFile(words[0] ?? "", words.slice(1), { env: { PATH: folder, ...env } }, (_, stdout, stderr) => {
          resolve({ ended: true, output: change(`${stdout}\n${stderr}`) });
        });
      });
    };

  it.runIf(existsSync("/usr/bin/psql")).each(["", "?sslmode=prefer"])(
    "by psql, with nothing secret in its words%s",
    async (more) => {
      const seen: string[] = [];
      const reader = createRunnerReader(runner([], { DATABASE_URL: server.url + more }, seen));
      expect(
        await reader.read([
          "SELECT 'ä\n''\\' AS t, 1 AS n",
          "SELECT * FROM nowhere",
          "SELECT current_database() AS db",
        ]),
      ).toMatchObject({
        asked: true,
        answers: [
          { rows: [{ t: "ä\n'\\", n: 1 }] },
          { failed: { code: "42P01" } },
          { rows: [{ db: "shop" }] },
        ],
      });
      expect(seen.join(" ")).not.toContain(server.url);
    },
  );

  it("by Node and the service's own driver, where there is no psql", async () => {
    const reader = createRunnerReader(runner(["psql"], { DATABASE_URL: server.url }));
    const long = "SELECT repeat('x', 5000) AS t";
    expect(await reader.read([long])).toEqual({
      asked: true,
      answers: [{ rows: [{ t: "x".repeat(5_000) }] }],
    });
  });

  it("reads lines in any order among others, and takes an answer with a missing line for none", async () => {
    const shuffled = (output: string) =>
      output
        .split("\n")
        .reverse()
        .map((line) => `2026-11-27T22:00:00Z [log] ${line}`)
        .join("\nrollout:0000:noise\n");
    const long = "SELECT repeat('x', 5000) AS t";
    const env = { DATABASE_URL: server.url };
    expect((await createRunnerReader(runner(["psql"], env, [], shuffled)).read([long])).asked).toBe(true);
    const cut = (output: string) =>
      output
        .split("\n")
        .filter((line) => !line.includes(":3/"))
        .join("\n");
    expect(await createRunnerReader(runner(["psql"], env, [], cut)).read([long])).toMatchObject({
      asked: false,
      because: expect.stringContaining("1 of 9 lines are missing"),
    });
  });

  it("tells apart: no address there, no client there, a database that cannot be reached, no output", async () => {
    const because = async (run: RunWords) => {
      const reply = await createRunnerReader(run).read(["SELECT 1"]);
      return reply.asked ? "asked" : reply.because;
    };
    expect(await because(runner(["psql"], {}))).toMatch(/DATABASE_URL is not set/);
    expect(await because(runner(["psql"], { DATABASE_URL: "postgres://u:canary@127.0.0.1:1/x" }))).toMatch(
      /node could not ask .* \(exit code 2\)/,
    );
    expect(await because(runner(["psql", "node"], { DATABASE_URL: server.url }))).toMatch(/there is no psql/);
    expect(await because(() => Promise.resolve({ ended: true, output: "" }))).toMatch(/holds no answer/);
    expect(await because(() => Promise.resolve({ ended: false, because: "the job failed" }))).toBe(
      "the job failed",
    );
  });

  it("never takes other text for an answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (noise) => {
        const reply = await createRunnerReader(() =>
          Promise.resolve({ ended: true, output: `${noise}\nrollout:${noise}` }),
        ).read(["SELECT 1"]);
        expect(reply.asked).toBe(false);
      }),
    );
  });
});
