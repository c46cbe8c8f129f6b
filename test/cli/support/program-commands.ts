/** Every command of the program, in the order of its help; tests that must know each of them go by this list. */
export const PROGRAM_COMMANDS = [
  ...["status", "advance", "rollback", "verify", "watch", "doctor"],
  ...["review", "drift", "log", "report", "dashboard", "monitor"],
];
