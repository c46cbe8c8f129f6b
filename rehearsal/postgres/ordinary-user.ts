/** The user `nobody` of every Linux. */
const NOBODY = 65534;

/** Postgres refuses to run as root: who is root starts it as `nobody`, anybody else as oneself. */
export function ordinaryUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}
