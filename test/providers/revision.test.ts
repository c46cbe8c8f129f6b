import { expect, it } from "vitest";

import { ADOPTED, newRevision, writtenAtOf } from "../../components/providers/revision";

const AT = new Date("2026-11-24T21:00:00.123Z");

it.each([
  [newRevision(AT), AT],
  ["2026-11-24T21:00:00.123Z 0a1b2c3d", AT],
  [ADOPTED, undefined],
  ["r1", undefined],
  ["x2026-11-24T21:00:00.123Z 0a1b2c3d", undefined],
  ["2026-11-24T21:00:00.123Z 0a1b2c3de", undefined],
  ["2026-11-24T99:00:00.123Z 0a1b2c3d", undefined],
])("the revision %s was written at %s", (revision, at) => {
  expect(writtenAtOf(revision)).toEqual(at);
});
