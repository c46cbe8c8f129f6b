import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, afterEach, describe, expect, it } from "vitest";

import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";

describe("the rehearsal's Postgres", () => {
  let server: PostgresServer | undefined;
  const folder = mkdtempSync(join(tmpdir(), "rollout-test-"));
  // Passable for the user who Postgres runs as where these tests run as root.
  chmodSync(folder, 0o755);
  afterEach(() => server?.stop());
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts a real server, in which several databases lie side by side", async () => {
    server = await startPostgres({ user: "felix_hub", database: "felix_hub" });
    const other = await server.createDatabase('odd "name"');
    expect(await ask(server.url, "SELECT current_database(), current_user")).toEqual([
      { current_database: "felix_hub", current_user: "felix_hub" },
    ]);
    expect(await ask(other, "SELECT current_database()")).toEqual([{ current_database: 'odd "name"' }]);
  });

  it("keeps what lies in a folder of the caller's over a crash", async () => {
    const dataDir = join(folder, "data");
    server = await startPostgres({ dataDir });
    await ask(server.url, "CREATE TABLE kept AS SELECT 1 AS n");
    await server.crash();
    await expect(ask(server.url, "SELECT")).rejects.toThrow();
    server = await startPostgres({ dataDir, port: server.port });
    expect(await ask(server.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
