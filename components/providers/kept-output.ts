import type { Readable } from "node:stream";

/** Bytes kept of a stream's beginning and end: enough for any migration's report, and for the reason at its end. */
const KEPT = { head: 192 * 1024, tail: 64 * 1024 };

/** What a stream said, in bounded memory. */
export interface KeptOutput {
  /** The output as UTF-8; where bytes were left out, a line in the middle says how many. */
  text(): string;
}

/** Reads a stream as it comes, however much it is, so that whoever writes never waits for us. */
export function keepOutput(stream: Readable, { head, tail } = KEPT): KeptOutput {
  const beginning: Buffer[] = [];
  let ending: Buffer[] = [];
  let size = 0;
  let kept = 0;
  stream.on("data", (chunk: Buffer) => {
    const room = Math.max(0, head - size);
    size += chunk.length;
    if (room > 0) beginning.push(chunk.subarray(0, room));
    const rest = chunk.subarray(room);
    if (rest.length === 0) return;
    ending.push(rest);
    kept += rest.length;
    // Joined only now and then: each time costs a copy.
    if (kept > 2 * tail + 64 * 1024) {
      ending = [Buffer.from(Buffer.concat(ending).subarray(-tail))];
      kept = tail;
    }
  });
  // A pipe that breaks has said what it had to say.
  stream.on("error", () => undefined);
  return {
    text() {
      const rest = Buffer.concat(ending);
      const last = rest.length > tail ? rest.subarray(-tail) : rest;
      const left = size - Math.min(size, head) - last.length;
      if (left === 0) return Buffer.concat([...beginning, last]).toString("utf8");
      return `${Buffer.concat(beginning).toString("utf8")}\n[${left} bytes left out]\n${last.toString("utf8")}`;
    },
  };
}
