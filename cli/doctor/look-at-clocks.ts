import type { DatabaseReader } from "../../components/database";
import { fine, type Finding } from "./finding";

/** Signatures, soaks and schedules compare clocks to the minute. */
const MOST_SECONDS = 30;

/** This machine's clock beside Render's and the database's. */
export function clockFinding(name: string, theirs: Date, ours: Date): Finding {
  const seconds = Math.round((ours.getTime() - theirs.getTime()) / 1000);
  const off = Math.abs(seconds);
  if (off <= MOST_SECONDS) return fine("clock", name, `within ${Math.max(off, 1)} s of this machine's`);
  return {
    about: "clock",
    name,
    result: "look",
    found: `this machine is ${off} s ${seconds > 0 ? "ahead of" : "behind"} it`,
    next: "set this machine's clock (NTP); gates go by Render's",
  };
}

export async function databaseClock(reader: DatabaseReader, now: () => Date): Promise<Finding[]> {
  const reply = await reader.read(["SELECT extract(epoch FROM clock_timestamp()) AS at"]);
  const [answer] = reply.asked ? reply.answers : [];
  const at = answer !== undefined && "rows" in answer ? Number(answer.rows[0]?.["at"]) : NaN;
  return Number.isFinite(at) ? [clockFinding("database", new Date(at * 1000), now())] : [];
}
