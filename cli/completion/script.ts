/** A command as completion knows it. */
export interface Completed {
  name: string;
  summary: string;
  /** Such as `--stack`. */
  options: string[];
}

/** What a shell has to read once so that it completes commands, options and the names of the stacks that have a file. */
export function completionScript(shell: "bash" | "zsh" | "fish", commands: readonly Completed[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

const STACKS = `ls Pulumi.*.yaml 2>/dev/null | sed 's/^Pulumi\\.//; s/\\.yaml$//'`;

function bashScript(commands: readonly Completed[]): string {
  return [
    "_rollout() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
    '  if [ "$COMP_CWORD" = 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word")); return`,
    "  fi",
    '  case "$before" in -s|--stack)',
    `    COMPREPLY=($(compgen -W "$(${STACKS})" -- "$word")); return;;`,
    "  esac",
    '  case "${COMP_WORDS[1]}" in',
    ...commands.map(
      ({ name, options }) => `    ${name}) COMPREPLY=($(compgen -W "${words(options)}" -- "$word"));;`,
    ),
    "  esac",
    "}",
    "complete -F _rollout rollout ./rollout",
  ].join("\n");
}

function zshScript(commands: readonly Completed[]): string {
  return ["autoload -U +X bashcompinit && bashcompinit", bashScript(commands)].join("\n");
}

function fishScript(commands: readonly Completed[]): string {
  const seen = (name: string) => `-n '__fish_seen_subcommand_from ${name}'`;
  return [
    "complete -c rollout -f",
    ...commands.map(
      ({ name, summary }) =>
        `complete -c rollout -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map((option) =>
        option === "--stack"
          ? `complete -c rollout ${seen(name)} -s s -l stack -x -a "(${STACKS.replaceAll("$", "\\$")})"`
          : `complete -c rollout ${seen(name)} -l ${option.slice(2)}`,
      ),
    ),
  ].join("\n");
}

function words(options: readonly string[]): string {
  return [...options, "--help"].join(" ");
}
