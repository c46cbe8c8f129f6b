import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

import type { StackConfig } from "../../components/config";
import { refOf } from "../../components/providers/gate/gate-inputs";
import { CHECKOUT, CHECKOUT_COMMIT } from "../../components/providers/migrations/checkout";
import type { Observed } from "../../components/providers/observed";
import { fine, found, type Finding } from "./finding";
import { liveDeploy } from "../../components/render/deploy-status";

export interface Machine {
  directory: string;
  env: NodeJS.ProcessEnv;
  /** The commit that is checked out in a folder; undefined where that cannot be told. */
  commitIn(folder: string): Promise<string | undefined>;
}

/** What runs migrations on this machine: its program, its place, and whether the checkout is the commit that is live. */
export async function lookAtRunner(
  { runner, services, backup }: StackConfig,
  observed: Observed | undefined,
  machine: Machine,
): Promise<Finding[]> {
  const tools = backup === undefined ? [] : toolsOfBackup(backup.command, machine);
  if (runner === undefined) return tools;
  if (runner.where !== "local") return tools;
  const checkout = runner.checkout ? machine.env[CHECKOUT] : machine.directory;
  const folder = resolve(machine.directory, checkout ?? ".", runner.workingDirectory ?? ".");
  const programs = [...new Set(Object.values(runner.commands).flatMap((words) => words[0] ?? []))];
  const place =
    checkout === undefined
      ? problem(
          "runner",
          CHECKOUT,
          "is not set, so nobody knows where the checkout is that the migrations run in",
          `export ${CHECKOUT}=/path/to/the/checkout, on this machine only`,
        )
      : existsSync(folder)
        ? fine("runner", folder, "the checkout is there")
        : problem(
            "runner",
            folder,
            "there is no such folder on this machine",
            runner.checkout
              ? `check the application out, name its place in ${CHECKOUT}, and the folder in it in runner.workingDirectory`
              : "check the application out there, or name its place in runner.workingDirectory",
          );
  const service =
    services.find(({ key }) => key === runner.serviceKey) ??
    services.find(({ kind }) => kind === "web_service");
  const commits =
    checkout !== undefined && existsSync(folder) && service !== undefined && observed !== undefined
      ? await found("runner", folder, async () => {
          const { id } = await observed.service(refOf(service));
          const meant = runner.checkout ? machine.env[CHECKOUT_COMMIT] : undefined;
          const live = meant ?? liveDeploy(await observed.deploys(id))?.commit?.id;
          return [sameCommit(folder, await machine.commitIn(folder), live, service.renderName)];
        })
      : [];
  return [
    place,
    ...programs.map((program) => programFinding("runner", program, folder, machine)),
    ...commits,
    ...tools,
  ];
}

function sameCommit(
  folder: string,
  here: string | undefined,
  live: string | undefined,
  service: string,
): Finding {
  if (here === undefined || live === undefined)
    return {
      about: "runner",
      name: folder,
      result: "not-asked",
      found:
        here === undefined
          ? "which commit is checked out cannot be told"
          : `Render names no commit of ${service}`,
      next: "check by hand that the checkout is the commit that is live",
    };
  if (here === live) return fine("runner", folder, `commit ${here.slice(0, 9)}, which is live on ${service}`);
  return problem(
    "runner",
    folder,
    `commit ${here.slice(0, 9)} is checked out, ${live.slice(0, 9)} is live on ${service}: its migrations may be others`,
    `git -C ${folder} checkout ${live.slice(0, 12)}`,
  );
}

/** Programs that a backup usually needs, as far as its line names them. */
function toolsOfBackup(command: string, machine: Machine): Finding[] {
  const known = ["pg_dump", "pg_restore", "psql", "aws", "gcloud", "mysqldump", "restic"];
  const named = known.filter((tool) => new RegExp(`(^|[\\s;|&(])${tool}\\b`).test(command));
  return named.map((tool) => programFinding("runner", tool, machine.directory, machine, "the backup"));
}

function programFinding(
  about: "runner",
  program: string,
  folder: string,
  { env }: Machine,
  whose = "the runner",
): Finding {
  const places = program.includes("/")
    ? [isAbsolute(program) ? program : join(folder, program)]
    : (env["PATH"] ?? "").split(delimiter).map((path) => join(path, program));
  const place = places.find(isExecutable);
  return place === undefined
    ? problem(
        about,
        program,
        `${whose} needs it, and it is not on this machine's PATH`,
        `install ${program}, or name it with its path`,
      )
    : fine(about, program, `${place}, for ${whose}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function problem(about: Finding["about"], name: string, what: string, next: string): Finding {
  return { about, name, result: "mend", found: what, next };
}
