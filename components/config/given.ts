type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys that hold nothing: config is plain JSON. */
export function given<T extends object>(entry: T): Given<T> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Given<T>;
}
