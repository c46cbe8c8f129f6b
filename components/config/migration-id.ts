/** What a migration's id and file may look like; nothing else may ever reach a command line. */
export const MIGRATION_ID = /^[A-Za-z0-9][A-Za-z0-9_.:+/\\-]{0,199}$/;
