import type { StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import {
  createRenderClient,
  type RenderClient,
  type RenderClientOptions,
} from "../../components/render/client";
import type { Engine } from "../engine/port";
import { readSecret } from "./secrets";

export type OpenRender = (
  config: StackConfig,
  engine: Pick<Engine, "secret"> | undefined,
  budgets?: RenderClientOptions["budgets"],
) => Promise<RenderClient>;

/**
 * Render's API with the stack's key.
 * @throws RolloutError NO_RENDER_KEY
 */
export const openRender: OpenRender = async (config, engine, budgets = {}) => {
  const apiKey = await readSecret("renderApiKey", engine);
  if (apiKey === undefined) {
    throw new RolloutError(
      "NO_RENDER_KEY",
      `there is no key for Render's API. Next: export RENDER_API_KEY, or \`pulumi config set --stack ${config.stack} --secret renderApiKey\`.`,
    );
  }
  return createRenderClient({ apiKey, baseUrl: config.renderApiUrl, budgets });
};

/** Render's clock, by which soaks and schedules are judged. */
export type RenderNow = (
  loaded: { config: StackConfig },
  engine: Pick<Engine, "secret"> | undefined,
) => Promise<Date>;

export const renderNow: RenderNow = async ({ config }, engine) => (await openRender(config, engine)).now();
