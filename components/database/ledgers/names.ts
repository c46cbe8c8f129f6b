import { absent, applied, nameOf, unknown, type LedgerRule, type LedgerRow, type Wanted } from "./rule";

/** Tools whose ledger is a list of names: knex, sequelize, umzug, node-pg-migrate, laravel, typeorm. */
export function nameLedger(
  tool: string,
  place: Pick<LedgerRule, "table" | "lock">,
  column: string,
  isSame: (ledger: string, wanted: string) => boolean,
): LedgerRule {
  return {
    ...place,
    columns: [column],
    judge(rows, wanted, isLocked) {
      const names = rows.flatMap((row) => row[column] ?? []);
      const readings = wanted.map((one) => {
        const wantedName = nameOf(one);
        if (names.some((name) => isSame(name, wantedName))) return [one.id, applied];
        const similar = names.find((name) => stemOf(name) === stemOf(wantedName));
        if (similar === undefined) return [one.id, absent(tool, isLocked)];
        return [
          one.id,
          unknown(`${tool}'s table has ${similar}: where that is this one, write it as recordedAs`),
        ];
      });
      return {
        readings: Object.fromEntries(readings) as never,
        unlisted: names.filter((name) => !wanted.some((one) => isSame(name, nameOf(one)))),
      };
    },
  };
}

const CODE_ENDING = /\.(?:[cm]?[jt]s|json|sql|php|coffee|py|rb)$/i;

/** The ledger has the file's name; the catalogue may leave its ending out. */
export function isSameFile(ledger: string, wanted: string): boolean {
  return ledger === wanted || withoutEnding(ledger) === wanted || ledger === withoutEnding(wanted);
}

/** The class `AddCar1700000000000`, or the file `1700000000000-AddCar`. */
export function isSameClass(ledger: string, wanted: string): boolean {
  const file = /^(\d+)-(.+)$/.exec(withoutEnding(wanted));
  return ledger === wanted || (file !== null && ledger === `${file[2] ?? ""}${file[1] ?? ""}`);
}

/** `orders/0001_initial`, `orders.0001_initial`, or a bare name beside `app`. */
export const django: LedgerRule = {
  table: "django_migrations",
  columns: ["app", "name"],
  judge(rows, wanted) {
    const readings = wanted.map((one) => {
      const place = djangoPlace(one);
      if (place === undefined)
        return [
          one.id,
          unknown("Django numbers migrations by app: write the id as app/0001_name, or name the app"),
        ];
      return [one.id, rows.some((row) => isSamePlace(row, place)) ? applied : absent("Django", false)];
    });
    const places = wanted.map(djangoPlace);
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: rows
        .filter((row) => !places.some((place) => place !== undefined && isSamePlace(row, place)))
        .map(({ app, name }) => `${app ?? ""}/${name ?? ""}`),
    };
  },
};

function djangoPlace(one: Wanted): { app: string; name: string } | undefined {
  const name = nameOf(one);
  if (one.source.app !== undefined) return { app: one.source.app, name: lastPart(name, one.source.app) };
  const parts = /^([A-Za-z_]\w*)[/.](.+)$/.exec(name);
  return parts === null ? undefined : { app: parts[1] ?? "", name: parts[2] ?? "" };
}

function lastPart(name: string, app: string): string {
  return name.startsWith(`${app}/`) || name.startsWith(`${app}.`) ? name.slice(app.length + 1) : name;
}

function isSamePlace(row: LedgerRow, place: { app: string; name: string }): boolean {
  return row["app"] === place.app && row["name"] === place.name;
}

/** `2024_a.ts` in the code is `2024_a.js` where it runs. */
function stemOf(name: string): string {
  return withoutEnding(name).toLowerCase();
}

function withoutEnding(name: string): string {
  return name.replace(CODE_ENDING, "");
}
