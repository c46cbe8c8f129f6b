import type { Person } from "../story/person";
import type { Scene } from "../story/play";
import type { World } from "../world";
import type { Catalogue } from "./catalogue";

const GATE = [
  /^ {2}- /,
  /^Gate .* has passed/,
  /did not pass/,
  /: fail: /,
  /may begin at/,
  /^Next: go back/,
  /^error/i,
];

/** What a rollback has done, and what it leaves to people. */
const DONE = [/^\s*\[x\] /, /^\s*\[ \] Try by hand/];

/** Every phase of a catalogue, a failing gate at the last flag of a web service, and the whole way back. */
export function scenesOf(catalogue: Catalogue, world: World): Scene[] {
  const { phases, flags, migrations, services, soak, prerequisites } = catalogue;
  const at = (phase: string) => phases.indexOf(phase);
  const reached = (entries: Record<string, { phase: string }>, phase: string) =>
    Object.keys(entries).filter((key) => at(entries[key]?.phase ?? "") <= at(phase));
  const buggy = Object.keys(flags)
    .filter((flag) => services[flags[flag]?.service ?? ""]?.kind === "web_service")
    .sort((a, b) => at(flags[a]?.phase ?? "") - at(flags[b]?.phase ?? ""))
    .at(-1);
  const broken = buggy === undefined ? undefined : flags[buggy]?.phase;

  const leave = async (person: Person, phase: string) => {
    person.sign(...(prerequisites[phase] ?? []));
    const minutes = soak[phase] ?? 0;
    if (minutes > 0) await person.wait(Math.ceil(minutes), `${phase} soaks`);
  };
  const enter = (phase: string): Scene => ({
    title: `Phase ${phase}`,
    play: async (person) => {
      const before = phases[at(phase) - 1];
      if (before !== undefined && phase !== broken) await leave(person, before);
      await person.type("advance", ["--yes"], {
        shows: GATE,
        live: reached(flags, phase),
        applied: reached(migrations, phase),
      });
    },
  });
  const fail = (phase: string, flag: string): Scene => ({
    title: `Phase ${phase} has a bug: the gate says no, and the operator goes back`,
    play: async (person) => {
      const before = phases[at(phase) - 1] ?? phase;
      await leave(person, before);
      world.breakFlag(flag);
      person.story(`(The service becomes unhealthy while ${flag} is on.)`);
      await person.type("advance", ["--yes"], { ends: "stopped", shows: GATE });
      await person.type("rollback", ["--to", before, "--yes"], { shows: DONE, live: reached(flags, before) });
      world.mend();
      if ((soak[before] ?? 0) > 0)
        await person.wait(Math.ceil(soak[before] ?? 0), `${before} soaks once more`);
    },
  });
  const look: Scene = {
    title: "Where it stands, and is it well?",
    play: async (person) => {
      await person.type("status", []);
      await person.type("verify", []);
    },
  };
  const back: Scene = {
    title: "The whole way back",
    play: (person) =>
      person.type("rollback", ["--full", "--yes"], {
        shows: DONE,
        live: [],
        applied: Object.keys(migrations),
      }),
  };
  const forwards = phases.flatMap((phase) => [
    ...(phase === broken && buggy !== undefined && at(phase) > 0 ? [fail(phase, buggy)] : []),
    enter(phase),
  ]);
  return [...forwards, look, back];
}
