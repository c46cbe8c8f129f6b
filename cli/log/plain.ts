/** A text from outside on one line, without what a terminal would take for a command. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]+/g, " ").trim();
}
