import { rmSync } from "node:fs";
import { findSelectedStack, forgetSelectedStack } from "../project/selected-stack";
import type { StackPlace } from "./session";

/** Removes a stack's state, history and, unless it is to be kept, config. */
export function removeStack({ backend, stack, stackFile, project }: StackPlace, keepsConfig: boolean): void {
  backend.removeStack(stack);
  if (!keepsConfig) rmSync(stackFile.path, { force: true });
  if (findSelectedStack(project) === stack.fullName) forgetSelectedStack(project);
}
