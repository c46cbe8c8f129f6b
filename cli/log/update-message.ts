/** What an update's message tells beside its title. Pulumi keeps it in the stack's history, whoever reads that. */
export interface UpdateMessage {
  /** One line: "advance to api". */
  title: string;
  /** The command of ours that ran the update. */
  command?: string | undefined;
  by?: string | undefined;
  /** The decision's reason, in the operator's words. */
  because?: string | undefined;
}

/** In the order in which they are written; as in git's trailers, one a line. */
const TRAILERS = [
  ["command", "Rollout-Command"],
  ["by", "Decided-By"],
  ["because", "Because"],
] as const;

/** The message of an update; {@link readUpdateMessage} reads it back. Line breaks in a value become spaces. */
export function writeUpdateMessage(message: UpdateMessage): string {
  const trailers = TRAILERS.flatMap(([key, name]) => {
    const value = oneLine(message[key] ?? "");
    return value === "" ? [] : [`${name}: ${value}`];
  });
  return [oneLine(message.title), ...(trailers.length === 0 ? [] : ["", ...trailers])].join("\n");
}

/** Reads any message, also a commit's: what is not there is absent. */
export function readUpdateMessage(text: string): UpdateMessage {
  const [title = "", ...rest] = text.split(/\r\n?|\n/);
  const found: UpdateMessage = { title: title.trim() };
  for (const line of rest) {
    for (const [key, name] of TRAILERS) {
      const value = line.startsWith(`${name}:`) ? line.slice(name.length + 1).trim() : "";
      if (value !== "") found[key] ??= value;
    }
  }
  return found;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
