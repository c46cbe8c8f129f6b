import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Mask } from "../../rehearsal/engine/secrets/mask";
import { createSalt, openSalt } from "../../rehearsal/engine/secrets/passphrase";
import { asSecret, unknownValue } from "../../rehearsal/engine/values/property-value";

describe("the passphrase provider", () => {
  it("opens what the Pulumi CLI 3.255 wrote", async () => {
    const salt = "v1:+Fg/9X+2Rlg=:v1:BPQnv3A0ZvrmvE/O:Q0tTfMzcnKOjCwebrLNUdndZ1t0fHw==";
    const crypter = await openSalt(salt, "x");
    expect(crypter.decrypt("v1:FGsGOfnkW8KcOEU1:y1g64svPbPsIdTYvB43rJmfHlGpO2fCMPQ==")).toBe("topsecret");
  });

  it("opens what it wrote itself, and no other passphrase does", async () => {
    const { salt, crypter } = await createSalt("right");
    const text = crypter.encrypt("grüße");
    expect((await openSalt(salt, "right")).decrypt(text)).toBe("grüße");
    await expect(openSalt(salt, "wrong")).rejects.toThrow("incorrect passphrase");
  });

  it("keeps what it derived only where it is told to, for its owner alone, and derives a damaged key anew", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "engine-keys-"));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });
    const keys = path.join(folder, "keys");
    vi.stubEnv("EMBEDDED_ENGINE_KEYS", keys);
    const { salt, crypter } = await createSalt("kept");
    const text = crypter.encrypt("value");
    const [name = ""] = readdirSync(keys);
    expect([statSync(keys).mode & 0o777, statSync(path.join(keys, name)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    writeFileSync(path.join(keys, name), "cut short");
    expect((await openSalt(salt, "kept")).decrypt(text)).toBe("value");
    expect(readFileSync(path.join(keys, name))).toHaveLength(32);
    await expect(openSalt(salt, "another")).rejects.toThrow("incorrect passphrase");
  });

  it("never writes the same text twice the same way", async () => {
    const { crypter } = await createSalt("");
    expect(crypter.encrypt("a")).not.toBe(crypter.encrypt("a"));
  });
});

describe("the mask", () => {
  it("replaces every secret, the longest first", () => {
    const mask = new Mask();
    mask.add(["token", "token-extended"]);
    expect(mask.text("use token-extended or token")).toBe("use [secret] or [secret]");
  });

  it("finds secrets inside of values, and their escaped forms inside of JSON", () => {
    const mask = new Mask();
    mask.learn({ a: [{ b: asSecret({ key: 'say "hi"' }) }] });
    expect(mask.text(JSON.stringify({ text: 'say "hi"' }))).toBe('{"text":"[secret]"}');
  });

  it("finds each line of a secret of several lines", () => {
    const mask = new Mask();
    mask.add("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----");
    expect(mask.text("line MIIEvQIBADANBg")).toBe("line [secret]");
  });

  it("leaves one and two letters, and true and false, alone", () => {
    const mask = new Mask();
    mask.add(["ab", "true"]);
    expect(mask.text("ab true")).toBe("ab true");
  });

  it("takes what is not known yet for no secret", () => {
    const mask = new Mask();
    mask.learn({ token: asSecret(unknownValue) });
    expect(mask.map({ id: unknownValue })).toEqual({ id: unknownValue });
  });

  it("veils marked values without looking at them", () => {
    expect(new Mask().map({ a: asSecret("x"), b: "y" })).toEqual({
      a: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" },
      b: "y",
    });
  });
});
