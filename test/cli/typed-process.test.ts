import { quote } from "shell-quote";
import { describe, expect, it } from "vitest";

import { hasTerminals, runTyped } from "./support/typed-process";

const ENDS_WELL =
  "process.on('SIGINT', () => setTimeout(() => process.exit(0), 50)); setInterval(() => 0, 1000)";

describe.skipIf(!hasTerminals)("a program on a pseudo-terminal", () => {
  // dash answers a Ctrl-C with 130 once its child has ended; bash replaces itself by a single command.
  it.each(["/bin/bash", "/bin/sh", undefined])(
    "says its own exit code after a Ctrl-C, where SHELL is %s",
    async (shell) => {
      const program = `${ENDS_WELL}; console.log('ready')`;
      const { code } = await runTyped(
        ["sh", "-c", `exec ${quote([process.execPath, "-e", program])}`],
        { cwd: __dirname, env: { ...process.env, SHELL: shell } },
        [{ at: "ready", text: "\u0003" }],
      );
      expect(code).toBe(0);
    },
  );
});
