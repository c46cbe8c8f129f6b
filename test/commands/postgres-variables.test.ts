import { describe, expect, it } from "vitest";

import { withPostgresVariables } from "../../components/commands/postgres-variables.mjs";

const of = (address: string) => {
  const { DATABASE_URL: _, ...variables } = withPostgresVariables({ DATABASE_URL: address });
  return variables;
};

describe("an address of Postgres as variables", () => {
  it.each([
    [
      "postgres://ada:p%40ss%2F@dpg-1.frankfurt-postgres.render.com/shop",
      {
        PGHOST: "dpg-1.frankfurt-postgres.render.com",
        PGUSER: "ada",
        PGPASSWORD: "p@ss/",
        PGDATABASE: "shop",
      },
    ],
    [
      "postgresql://ada@127.0.0.1:5433/shop?sslmode=require&application_name=a%20b&unknown=x",
      {
        PGHOST: "127.0.0.1",
        PGPORT: "5433",
        PGUSER: "ada",
        PGDATABASE: "shop",
        PGSSLMODE: "require",
        PGAPPNAME: "a b",
      },
    ],
    [
      "postgresql://ada:p@ss/w@db/shop",
      { PGHOST: "db", PGUSER: "ada", PGPASSWORD: "p@ss/w", PGDATABASE: "shop" },
    ],
    ["postgres://[::1]:5432/shop", { PGHOST: "::1", PGPORT: "5432", PGDATABASE: "shop" }],
    ["postgres://a:1,b:2/shop", { PGHOST: "a,b", PGPORT: "1,2", PGDATABASE: "shop" }],
    [
      "postgresql+psycopg://ada:x@db/shop",
      { PGHOST: "db", PGUSER: "ada", PGPASSWORD: "x", PGDATABASE: "shop" },
    ],
    ["postgresql:///shop?host=/run/postgres", { PGHOST: "/run/postgres", PGDATABASE: "shop" }],
    ["mysql://ada:x@db/shop", {}],
    ["", {}],
  ])("%s", (address, variables) => {
    expect(of(address)).toEqual(variables);
  });

  it("goes before variables that stand there already, and leaves all others", () => {
    expect(
      withPostgresVariables({ DATABASE_URL: "postgres://db/shop", PGHOST: "old", PGUSER: "ada" }),
    ).toMatchObject({
      PGHOST: "db",
      PGUSER: "ada",
    });
    expect(withPostgresVariables({ PGHOST: "old" })).toEqual({ PGHOST: "old" });
  });
});
