/**
 * Makes one PGlite usable by several connections of pglite-socket at the same time.
 *
 * PGlite is one Postgres session. pglite-socket lets the connections take turns, and keeps the turn with one connection
 * while `isInTransaction()` says so, but it takes turns between single protocol messages. A query with parameters is
 * five of them (Parse, Bind, Describe, Execute, Sync): when two connections wait for a third one's transaction, their
 * messages mix, and one gets "bind message supplies 1 parameters, but prepared statement "" requires 2". So this
 * session counts as "in a transaction" from a query's first message to its last one.
 */
export function createSharedSession(db) {
  let midQuery = false;
  return {
    waitReady: db.waitReady,

    runExclusive: (action) => db.runExclusive(action),

    async execProtocolRawStream(message, options) {
      await db.execProtocolRawStream(message, options);
      midQuery = midQueryAfter(message[0], midQuery);
    },

    isInTransaction: () => midQuery || db.isInTransaction(),

    /** pglite-socket sends only `ROLLBACK`, for a connection that went away while it had the turn. */
    async exec(sql) {
      if (midQuery) {
        // After an error in the middle of a query Postgres ignores everything up to a Sync, a ROLLBACK included.
        await db.execProtocolRawStream(SYNC, { onRawData: () => undefined });
        midQuery = false;
      }
      if (db.isInTransaction()) await db.exec(sql);
    },
  };
}

const SYNC = new Uint8Array([letter("S"), 0, 0, 0, 4]);
const STARTS_OR_CONTINUES = new Set(["P", "B", "D", "E", "C", "H", "d", "c", "f"].map(letter));
const ENDS = new Set(["S", "Q", "F"].map(letter));

/** Other messages (start-up, Terminate) change nothing. */
function midQueryAfter(type, midQuery) {
  if (ENDS.has(type)) return false;
  return STARTS_OR_CONTINUES.has(type) || midQuery;
}

function letter(character) {
  return character.charCodeAt(0);
}
