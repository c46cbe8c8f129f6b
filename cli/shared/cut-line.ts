import { stripVTControlCharacters } from "node:util";

import stringWidth from "string-width";

/** A line that is at the most so wide, in columns of a terminal; one that has to be cut loses its colours and ends in "…". */
export function cutLine(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  let plain = stripVTControlCharacters(line);
  while (stringWidth(plain) > width - 1) plain = plain.slice(0, -1);
  return `${plain}…`;
}
