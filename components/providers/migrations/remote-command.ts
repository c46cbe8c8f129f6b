import { quote } from "shell-quote";

/**
 * What runs on the other side of ssh. Without a terminal sshd tells a command nothing when its connection ends, and with
 * one the two streams are mixed; so the command's own input is the line that holds it: it stays open, without a byte, as
 * long as we live, and when it ends, or after the time allowed where the far kernel never hears of our end, the command
 * is asked to end with all that it started, and then made to. Plain POSIX, whatever the login shell is.
 * See docs/decisions/commands-end-with-the-engine.md.
 */
const HELD = [
  'exec 3<&0 </dev/null; trap "" HUP; limit=""; alone=""',
  'command -v timeout >/dev/null 2>&1 && limit="timeout $2"',
  "command -v setsid >/dev/null 2>&1 && alone=setsid",
  '$alone sh -c "$1" 3<&- & job=$!',
  'end() { kill -s "$1" -- "-$job" || kill -s "$1" "$job"; }',
  "(exec >/dev/null 2>&1; $limit cat <&3; end TERM; sleep 5; end KILL) & watch=$!",
  'wait "$job"; code=$?; kill "$watch"; exit "$code"',
].join("\n");

/**
 * A line for ssh that runs `command` there and ends it when the connection's input ends.
 * @param command one line for a POSIX shell.
 * @param limitSeconds after which the far side ends it by itself; where it has no `timeout`, only the connection's end does.
 */
export function remoteCommand(command: string, limitSeconds: number): string {
  return quote(["sh", "-c", HELD, "rollout", command, String(Math.ceil(limitSeconds))]);
}
