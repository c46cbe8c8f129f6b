import { describe, expect, it } from "vitest";

import { crashText, guardOutput, hideFromOutput } from "../../../cli/shared/guarded-output";
import { readSecret } from "../../../cli/shared/secrets";

function guarded(env: NodeJS.ProcessEnv = {}) {
  const printed: unknown[] = [];
  const stream = {
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
