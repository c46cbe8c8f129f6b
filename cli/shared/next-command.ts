/** Set by the launcher: how the program was called, such as `./rollout`. Without it a command runs as an npm script. */
export const CALLED_AS = "ROLLOUT_CALLED_AS";

/** A command as the operator can type it. */
export function commandText(name: string, stack: string, ...options: string[]): string {
  return [commandName(name), "--stack", stack, ...options].join(" ");
}

/** A command's beginning, up to its options: the way in which this one was started. */
export function commandName(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const program = env[CALLED_AS];
  return program === undefined || program === "" ? `npm run ${name} --` : `${program} ${name}`;
}
