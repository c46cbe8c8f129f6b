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

const INSTANCE = `api-${randomBytes(5).toString("hex")}-${randomText(5)}`;
let requests = 0;

/** A request's id as all 3,274 recorded ones look, slash included: `api-7767dddd75-m2trm/tatrYy6WLK-002273`. */
export function newRequestId(): string {
  requests += 1;
  const random = randomBytes(12).toString("base64").replace(/[+/=]/g, "").slice(0, 10).padEnd(10, "A");
  return `${INSTANCE}/${random}-${String(requests).padStart(6, "0")}`;
}

/** An opaque cursor of 24 bytes for a new row. It may hold `+` and `/`: a client that does not encode its query finds out. */
export function newCursor(): string {
  return randomBytes(24).toString("base64");
}

/** A commit id, 40 hex digits. */
export function newCommitId(): string {
  return randomBytes(20).toString("hex");
}
