import { createSalt, openSalt, requirePassphrase, type Crypter } from "../secrets/passphrase";
import type { StackPlace } from "./session";

/** The salt and the crypter of a stack. One that has none yet gets them, in its stack file.
 *  @throws CommandError when the passphrase is missing or wrong. */
export async function requireCrypter(place: StackPlace): Promise<{ salt: string; crypter: Crypter }> {
  const { stackFile } = place;
  if (stackFile.salt !== undefined) {
    return { salt: stackFile.salt, crypter: await openSalt(stackFile.salt, requirePassphrase()) };
  }
  const created = await createSalt(requirePassphrase());
  stackFile.setSalt(created.salt);
  stackFile.write();
  return created;
}
