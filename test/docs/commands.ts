import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "./pages";

/** An `npm run …` as a page names it. */
export interface NamedCommand {
  script: string;
  options: string[];
}

/** Commands in a page's text, in blocks and in sentences alike. */
export function commandsIn(text: string): NamedCommand[] {
  return [...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)([^`\n#]*)/g)].map(
    ([, script = "", rest = ""]) => ({
      script,
      options: [...rest.matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([option]) => option),
    }),
  );
}

/** @throws Error for a script that package.json does not have, or whose program is missing. */
export function optionsOf(script: string): string[] {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const command = scripts[script];
  if (command === undefined) throw new Error(`package.json has no script "${script}"`);
  const [program] = command.match(/\S+\.ts$/) ?? [];
  if (program === undefined) return [];
  if (!existsSync(path.join(ROOT, program))) throw new Error(`${program} of script "${script}" is missing`);
  const apart = [`cli/${script}/options.ts`, path.join(path.dirname(program), "options.ts")];
  const own = [program, ...apart.filter((file) => existsSync(path.join(ROOT, file)))].map(read).join("\n");
  const shared = own.includes("stackCommand(") ? read("cli/shared/stack-option.ts") : "";
  return [...declared(own), ...declared(shared), "--help"];
}

/** Options as commander is told of them: `.option("-y, --yes", …)`, `new Option("--engine <engine>", …)`. */
function declared(source: string): string[] {
  return [...source.matchAll(/(?:\.option|\.requiredOption|new Option)\(\s*"([^"]+)"/g)].flatMap(
    ([, flags = ""]) => flags.match(/--?[a-z][\w-]*/g) ?? [],
  );
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
