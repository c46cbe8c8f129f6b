/** A command as the operator can type it. */
export function commandText(
  name: "advance" | "rollback" | "drift" | "review" | "status",
  stack: string,
  ...options: string[]
): string {
  return ["npm run", name, "--", "--stack", stack, ...options].join(" ");
}
