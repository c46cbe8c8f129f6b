import { join } from "node:path";

import { readCatalogue } from "../any/catalogue";
import { scenesOf } from "../any/scenes";
import { startWorldOf } from "../any/world";
import type { World } from "../world";
import type { Scene } from "./play";

export interface Story {
  world: World;
  scenes: Scene[];
  /** One line about what the stand-ins are. */
  about: string;
}

/** The stand-ins and the scenes: of the shipped catalogue, or made from another project's. */
export async function chooseStory(
  project: string | undefined,
  latencyIncreasePercent: number,
): Promise<Story> {
  const catalogue = readCatalogue(project ?? join(__dirname, "..", ".."));
  const world = await startWorldOf(catalogue, latencyIncreasePercent);
  const names = Object.keys(catalogue.services).join(", ");
  return {
    world,
    scenes: scenesOf(catalogue, world),
    about: `Stand-ins, made from the catalogue of ${catalogue.name}: Postgres, Render with ${names}.`,
  };
}
