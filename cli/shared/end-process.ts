import pc from "picocolors";

import { EXIT } from "./exit-codes";

/** Whoever read along has what they wanted, or the terminal is gone: nobody is left to be told. */
const NOBODY_THERE = ["EPIPE", "EIO"];

/** Ends this process, once what it printed is written. A list that a full disk cut off is not "done", whoever asked for it. */
export async function endProcess(code: number): Promise<never> {
  const lost = await lostOf(process.stdout);
  if (lost === undefined || NOBODY_THERE.includes(lost.code ?? "")) process.exit(code);
  process.stderr.write(
    `${pc.red("error:")} what was printed could not be written: ${lost.message}. Next: make room, and run the same command again.\n`,
  );
  process.exit(code === EXIT.done ? EXIT.act : code);
}

/** What went wrong with a stream's writing, its last words included. */
function lostOf(stream: NodeJS.WriteStream): Promise<NodeJS.ErrnoException | undefined> {
  if (stream.errored != null) return Promise.resolve(stream.errored);
  return new Promise((resolve) => {
    stream.once("error", resolve);
    stream.write("", (error) => {
      resolve(error ?? stream.errored ?? undefined);
    });
  });
}
