import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { CommandError, messageOf } from "../errors";

/** Encrypts and decrypts the texts of one stack. */
export interface Crypter {
  encrypt(text: string): string;
  /** @throws CommandError when the text was not encrypted with this stack's passphrase. */
  decrypt(text: string): string;
}

/** The passphrase as the operator gave it, or undefined. An empty one is a passphrase too. */
function findPassphrase(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const text = environment["PULUMI_CONFIG_PASSPHRASE"];
  if (text !== undefined) return text;
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new CommandError(`unable to read PULUMI_CONFIG_PASSPHRASE_FILE: ${messageOf(error)}`);
  }
}

/** @throws CommandError when the operator gave no passphrase. */
export function requirePassphrase(): string {
  const passphrase = findPassphrase();
  if (passphrase !== undefined) return passphrase;
  throw new CommandError(
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
  );
}

/** A new `encryptionsalt` line, and the crypter that belongs to it. */
export async function createSalt(passphrase: string): Promise<{ salt: string; crypter: Crypter }> {
  const bytes = randomBytes(8);
  const crypter = new PassphraseCrypter(await deriveKey(passphrase, bytes));
  return { salt: `v1:${bytes.toString("base64")}:${crypter.encrypt(checkText)}`, crypter };
}

/** The crypter of a stack with this `encryptionsalt`. Derived once a process: it takes a good part of a second.
 *  @throws CommandError when the passphrase is not the one that the salt was made with. */
export function openSalt(salt: string, passphrase: string): Promise<Crypter> {
  const key = `${salt} ${passphrase}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const crypter = open(salt, passphrase);
  opened.set(key, crypter);
  return crypter;
}

/** What a salt line encrypts, so that a wrong passphrase is noticed. */
const checkText = "pulumi";
const opened = new Map<string, Promise<Crypter>>();

async function open(salt: string, passphrase: string): Promise<Crypter> {
  const match = /^v1:([^:]+):(v1:.+)$/.exec(salt);
  if (match?.[1] === undefined || match[2] === undefined) throw new CommandError("malformed state salt");
  const crypter = new PassphraseCrypter(await deriveKey(passphrase, Buffer.from(match[1], "base64")));
  if (crypter.find(match[2]) !== checkText) throw new CommandError("incorrect passphrase");
  return crypter;
}

const KEY_BYTES = 32;

/** A quarter of a second of CPU time. A test or a rehearsal, whose passphrase is made up, starts hundreds of processes: it may name a
 *  folder of its own where they keep what they derived. */
async function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const folder = process.env["EMBEDDED_ENGINE_KEYS"] ?? "";
  const file = path.join(folder, createHash("sha256").update(salt).update(passphrase).digest("hex"));
  const kept = folder !== "" && existsSync(file) ? readFileSync(file) : undefined;
  if (kept?.length === KEY_BYTES) return kept;
  const key = await promisify(pbkdf2)(passphrase, salt, 1_000_000, KEY_BYTES, "sha256");
  if (folder !== "") {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, key, { mode: 0o600 });
    renameSync(draft, file);
  }
  return key;
}

/** AES-256-GCM, written as `v1:<nonce>:<ciphertext and tag>`, both base64.
 *  @source sdk/go/common/resource/config/crypt.go */
class PassphraseCrypter implements Crypter {
  constructor(private readonly key: Buffer) {}

  encrypt(text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  }

  decrypt(text: string): string {
    const clear = this.find(text);
    if (clear === undefined)
      throw new CommandError("failed to decrypt: incorrect passphrase or damaged value");
    return clear;
  }

  find(text: string): string | undefined {
    const [version, nonce, sealed] = text.split(":");
    if (version !== "v1" || nonce === undefined || sealed === undefined) return undefined;
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, Buffer.from(nonce, "base64"));
    try {
      decipher.setAuthTag(bytes.subarray(-16));
      return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
    } catch {
      return undefined;
    }
  }
}
