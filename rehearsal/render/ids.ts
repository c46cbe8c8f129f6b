import { randomBytes, randomInt } from "node:crypto";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new id as Render makes them: prefix, hyphen, 20 characters of `[a-z0-9]`. */
export function newId(prefix: string): string {
  return `${prefix}-${randomText(20)}`;
}

/** @param length number of characters of `[a-z0-9]`. */
export function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}

/** An opaque cursor of 24 bytes for a new row. It may hold `+` and `/`: a client that does not encode its query finds out. */
export function newCursor(): string {
  return randomBytes(24).toString("base64");
}

/** A commit id, 40 hex digits. */
export function newCommitId(): string {
  return randomBytes(20).toString("hex");
}
