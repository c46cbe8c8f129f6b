import { createInterface } from "node:readline/promises";

import { NotAsExpected } from "../operator/operator";
import type { Screen } from "../screen";
import type { Person } from "./person";

export interface Scene<P extends Person = Person> {
  title: string;
  play: (person: P) => Promise<void>;
}

export interface PlayOptions {
  pause?: boolean;
  /** First and last scene to be shown, from 1; default: all. */
  scene?: [number, number];
}

/** Plays scene after scene; answers with what was not as expected, if anything, and then plays no more.
 *  @param waitForEnter asked before each scene that is shown, where `pause` is set. */
export async function playScenes<P extends Person>(
  person: P,
  scenes: readonly Scene<P>[],
  screen: Screen,
  { pause, scene: [first, last] = [1, scenes.length] }: PlayOptions,
  waitForEnter: () => Promise<void> = enterPressed,
): Promise<string | undefined> {
  if (first > 1) screen.line(`Scenes 1 to ${first - 1} are played unseen.`);
  for (const [index, { title, play }] of scenes.slice(0, last).entries()) {
    const number = index + 1;
    const shown = number >= first;
    if (pause === true && shown) await waitForEnter();
    screen.mute(!shown);
    screen.title(number, scenes.length, title);
    person.scene = title;
    try {
      await play(person);
    } catch (error) {
      if (error instanceof NotAsExpected) return error.message;
      throw error;
    } finally {
      screen.mute(false);
    }
  }
  return undefined;
}

async function enterPressed(): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  await terminal.question("\n   [Enter] for the next scene ");
  terminal.close();
}
