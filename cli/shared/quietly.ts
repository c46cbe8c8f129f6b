import { EXIT, type ExitCode } from "./exit-codes";
import { createTerminal, type Terminal } from "./terminal";

/** Runs a command that only looks; with `quiet` it prints only where the operator must act, and then all of it. */
export async function quietly(
  quiet: boolean | undefined,
  run: (terminal: Terminal) => Promise<ExitCode>,
  terminal: Terminal = createTerminal(),
): Promise<ExitCode> {
  if (quiet !== true) return run(terminal);
  const held: (() => void)[] = [];
  const keep = (print: (text: string) => void) => (text: string) => {
    held.push(() => {
      print(text);
    });
  };
  const { data, words } = {
    data: keep((text) => {
      terminal.data(text);
    }),
    words: keep((text) => {
      terminal.words(text);
    }),
  };
  const silent: Terminal = { interactive: false, data, words, ask: (question) => terminal.ask(question) };
  const code = await run(silent);
  if (code !== EXIT.done) for (const print of held) print();
  return code;
}
