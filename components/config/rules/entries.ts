/** A map's entries; none where the map is missing or was not valid. */
export function entriesOf<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {});
}
