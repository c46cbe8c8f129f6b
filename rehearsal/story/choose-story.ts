import { readCatalogue } from "../any/catalogue";
import { scenesOf } from "../any/scenes";
import { startWorldOf } from "../any/world";
import { hasBrowser } from "../felix-hub/pages";
import { startFelixHubWorld } from "../felix-hub/world";
import type { World } from "../world";
import { felixHubScenes } from "./felix-hub";
import type { Scene } from "./play";

export interface Story {
  world: World;
  scenes: Scene[];
  /** One line about what the stand-ins are. */
  about: string;
}

/** The stand-ins and the scenes: Felix Hub's own evening, or made from another project's catalogue. */
export async function chooseStory(
  project: string | undefined,
  latencyIncreasePercent: number,
): Promise<Story> {
  if (project === undefined) {
    const browser = hasBrowser();
    const world = await startFelixHubWorld(latencyIncreasePercent, browser);
    const pages = browser ? "in a browser, too" : "without a browser, as there is none here";
    return {
      world,
      scenes: felixHubScenes(world),
      about: `Stand-ins: Postgres with a database older than the code, Render with the back end and the front end (looked at ${pages}), Telegram.`,
    };
  }
  const catalogue = readCatalogue(project);
  const world = await startWorldOf(catalogue, latencyIncreasePercent);
  const names = Object.keys(catalogue.services).join(", ");
  return {
    world,
    scenes: scenesOf(catalogue, world),
    about: `Stand-ins, made from the catalogue of ${catalogue.name}: Postgres, Render with ${names}.`,
  };
}
