import { join } from "node:path";

import { findPulumi } from "../../cli/engine/find-pulumi";

export interface Engine {
  name: "pulumi" | "embedded";
  executable: string;
  /** What our commands find in their environment beside. */
  env?: Record<string, string>;
  /** One sentence: which engine runs, and why. */
  why: string;
}

/** The engine to rehearse on: the real CLI where there is one, unless the other is asked for. */
export function chooseEngine(asked: "pulumi" | "embedded" | undefined): Engine {
  const found = findPulumi();
  if (asked === "pulumi" && found === undefined) {
    throw new Error(
      "--engine pulumi: there is no pulumi on the PATH; install the Pulumi CLI, or leave the option away.",
    );
  }
  if (found !== undefined && asked !== "embedded") {
    return {
      name: "pulumi",
      executable: found.executable,
      why: `Engine: the Pulumi CLI at ${found.executable}.`,
    };
  }
  const why =
    asked === "embedded"
      ? "Engine: the embedded one, for rehearsal and tests only, as asked for by --engine embedded."
      : "Engine: the embedded one, for rehearsal and tests only, because no pulumi is on the PATH.";
  return { name: "embedded", executable: join(__dirname, "..", "engine", "bin", "pulumi"), why };
}
