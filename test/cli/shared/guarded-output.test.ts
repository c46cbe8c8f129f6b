import { describe, expect, it } from "vitest";

import { crashText, guardOutput, hideFromOutput } from "../../../cli/shared/guarded-output";
import { readSecret } from "../../../cli/shared/secrets";

function guarded(env: NodeJS.ProcessEnv = {}, isTTY = false) {
  const printed: unknown[] = [];
  const stream = {
    isTTY,
    write: (text: unknown) => {
      printed.push(text);
      return true;
    },
  };
  guardOutput([stream], env);
  return { stream, printed };
}

describe("what this process prints", () => {
  it("holds no secret of the environment, in whatever form, and is otherwise as it was", () => {
    const { stream, printed } = guarded({ MY_API_KEY: "first/canary" });
    stream.write("\u001b[31mfirst/canary\u001b[39m, first%2Fcanary\r\n");
    expect(printed).toEqual(["\u001b[31m[secret]\u001b[39m, [secret]\r\n"]);
  });

  it("holds none of the stack's from when it was read, and bytes pass as they are", async () => {
    const { stream, printed } = guarded();
    const engine = { secret: () => Promise.resolve("canary-of-the-stack") };
    stream.write("canary-of-the-stack");
    await readSecret("renderApiKey", engine, {});
    stream.write("canary-of-the-stack");
    stream.write(Buffer.from("bytes"));
    expect(printed).toEqual(["canary-of-the-stack", "[secret]", Buffer.from("bytes")]);
  });
});

describe("what somebody else wrote, where a command forgot to make it plain,", () => {
  const HOSTILE =
    "\u001b]0;title\u0007\u001b]52;c;Zm9v\u0007a\u001b]8;;https://evil.example\u001b\\b\u0090q\u009c\u009b2Jc\u202ed\u0008\n::error::e ##[group]f";

  it("steers neither a terminal nor a runner", () => {
    const { stream, printed } = guarded({}, true);
    stream.write(HOSTILE);
    expect(printed).toEqual(["ab2Jcd\n: :error::e ## [group]f"]);
  });

  it("moves no cursor in a log, where only colours are ours", () => {
    const { stream, printed } = guarded();
    stream.write("\u001b[31mred\u001b[39m 10 %\r\u001b[2K\u001b[1;1H20 %\r\n");
    expect(printed).toEqual(["\u001b[31mred\u001b[39m 10 %20 %\r\n"]);
  });

  it("and what commands draw with on a terminal stays", () => {
    const { stream, printed } = guarded({}, true);
    const ours = "\u001b[?2026h\u001b[H\u001b[1mbold\u001b[22m\u001b[K\r\n@\u200bteam\u001b[J";
    stream.write(ours);
    expect(printed).toEqual([ours]);
  });
});

it("a crash is told with its stack, and without secrets, escapes and commands of the runner, whatever hangs on the error", () => {
  hideFromOutput("third-canary");
  const error = Object.assign(new Error("\u001b]0;x\u0007third-canary\n::error::x"), {
    cause: new Error("third-canary"),
    headers: { authorization: "Bearer 4711abcdef" },
  });
  const told = crashText(error);
  expect(told).toMatch(/Error: \[secret\]\n: :error::x\n +at /);
  expect(told).not.toMatch(/third-canary|4711|\u001b|\u0007/);
});
