import type { ErrorData } from "./errors";

/** An error as it comes out of the other side of the process border: of an error Pulumi hands on the message alone. */
export interface CodedMessage {
  message: string;
  code?: string;
  data: ErrorData;
}

/**
 * Puts an error's code below its message, for `readCode`; whoever reads it as it stands can look the code up in
 * docs/troubleshooting.md. `[rollout GATE_FAILED]`, or with data `[rollout SOAK_LEFT {"phase":"api"}]`.
 */
export function withCode({ message, code, data }: CodedMessage): string {
  if (code === undefined) return message;
  const more = Object.keys(data).length === 0 ? "" : ` ${JSON.stringify(data)}`;
  return `${message}\n[rollout ${code}${more}]`;
}

/** All codes in a text of many messages, and the text without them. */
export function takeCodes(text: string): { text: string; codes: Omit<CodedMessage, "message">[] } {
  const codes: Omit<CodedMessage, "message">[] = [];
  const lines = text.split("\n").filter((line) => {
    const { code, data } = readCode(line.trim());
    if (code !== undefined) codes.push({ code, data });
    return code === undefined;
  });
  return { text: lines.join("\n"), codes };
}

/** Reads what `withCode` wrote; a message without a code, or with one that was cut off, is only a message. */
export function readCode(text: string): CodedMessage {
  const found = /^(?:([^]*)\n)?\[rollout ([A-Z][A-Z0-9_]*)(?: (\{[^\n]*\}))?\]\s*$/.exec(text);
  if (found === null) return { message: text, data: {} };
  const [, message = "", code = "", json = "{}"] = found;
  try {
    return { message, code, data: JSON.parse(json) as ErrorData };
  } catch {
    return { message: text, data: {} };
  }
}
