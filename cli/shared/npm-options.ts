import type { Command } from "commander";

/** Options that npm knows, too: they may come from somebody's .npmrc, and do no harm. */
const HARMLESS = ["--json", "--offline"];

/** What became of a command line on its way through npm. */
export type ThroughNpm = { argv: string[] } | { retype: string };

/**
 * `npm run advance --stack prod` keeps `--stack` for npm and hands only `prod` on. Found by npm's environment: what is harmless
 * is taken as meant; for the rest this tells exactly what to type, as npm does not tell the options' order.
 * @param argv what arrived, without the program.
 */
export function throughNpm(
  name: string,
  command: Command,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ThroughNpm {
  if (env["npm_lifecycle_event"] !== name) return { argv: [...argv] };
  const lost = command.options.flatMap(({ long, required, optional }) => {
    if (long == null || argv.some((word) => word === long || word.startsWith(`${long}=`))) return [];
    const value = keptByNpm(long, env);
    const takesValue = required || optional;
    return value === undefined || (!takesValue && value !== "true") ? [] : [{ long, value, takesValue }];
  });
  const harmless = lost.filter(({ long }) => HARMLESS.includes(long)).map(({ long }) => long);
  // `yes` alone may be npm's own setting: nobody has agreed to anything then, so the command asks.
  if (lost.every(({ long }) => HARMLESS.includes(long) || long === "--yes"))
    return { argv: [...argv, ...harmless] };
  const open = lost.filter(({ value, takesValue }) => takesValue && isFlag(value));
  const words = lost.flatMap(({ long, value, takesValue }) => {
    if (!takesValue) return [long];
    if (!isFlag(value)) return [long, value];
    return [long, open.length === 1 && argv.length > 0 ? argv.join(" ") : "<value>"];
  });
  const rest = open.length === 0 ? argv : [];
  return { retype: ["npm run", name, "--", ...words, ...rest].join(" ") };
}

/** npm takes a beginning of one of its own options for that option: `--to` is its `--token-description`. */
function keptByNpm(long: string, env: NodeJS.ProcessEnv): string | undefined {
  const key = `npm_config_${long.slice(2).replaceAll("-", "_")}`;
  return env[key] ?? (long === "--to" ? env["npm_config_token_description"] : undefined);
}

function isFlag(value: string): boolean {
  return value === "true" || value === "";
}
