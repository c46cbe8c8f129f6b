import type { Artifact, Deploy } from "../state/deploy";

/** How one kind of service is built, released and ended. */
export interface Runtime {
  /** Makes the artifact of the deploy's commit with the deploy's variables.
   *  @throws DeployFailure build_failed; the signal's reason when it was aborted. */
  build(deploy: Deploy, signal: AbortSignal): Promise<Artifact>;
  /** Brings the deploy's artifact to the public URL, without downtime; settles when traffic has moved.
   *  @throws DeployFailure update_failed, and then what ran before still serves; the signal's reason when it was aborted. */
  release(deploy: Deploy, artifact: Artifact, signal: AbortSignal): Promise<void>;
  /** What is live starts anew, with the variables that it had.
   *  @returns false where there is nothing to restart. */
  restart(): Promise<boolean>;
  /** What runs for the public URL now. */
  instances(): readonly { id: string; pid: number | undefined; startedAt: number }[];
  /** Ends what runs; the public URL then answers as suspended. */
  suspend(): Promise<void>;
}
