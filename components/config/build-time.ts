/**
 * Prefixes of variables that build tools put into the code they build, each with its tool: such a value changes with a build only.
 * `NUXT_PUBLIC_` is not among them: Nuxt reads it when its server starts, and when a static site is generated.
 * @source The tools' pages on environment variables, as of 2026.
 */
const BUILD_TIME_PREFIXES: readonly (readonly [prefix: string, tool: string])[] = [
  ["VITE_", "Vite"],
  ["NEXT_PUBLIC_", "Next.js"],
  ["REACT_APP_", "Create React App"],
  ["VUE_APP_", "Vue CLI"],
  ["GATSBY_", "Gatsby"],
  ["EXPO_PUBLIC_", "Expo"],
  ["PUBLIC_", "Astro, SvelteKit, Rsbuild"],
  ["NG_APP_", "@ngx-env"],
  ["STORYBOOK_", "Storybook"],
  ["SANITY_STUDIO_", "Sanity Studio"],
  ["MIX_", "Laravel Mix"],
  ["NX_PUBLIC_", "Nx"],
  ["BUN_PUBLIC_", "Bun"],
  ["PREACT_APP_", "Preact CLI"],
  ["RAZZLE_", "Razzle"],
  ["REDWOOD_ENV_", "RedwoodJS"],
  ["SNOWPACK_PUBLIC_", "Snowpack"],
  ["PLASMO_PUBLIC_", "Plasmo"],
  ["WAKU_PUBLIC_", "Waku"],
  ["TARO_APP_", "Taro"],
  ["UMI_APP_", "Umi"],
];

/** Read at run time on a server, and at build time where a static site is generated. */
const SITE_PREFIXES: readonly (readonly [prefix: string, tool: string])[] = [["NUXT_PUBLIC_", "Nuxt"]];

/** The tool that builds a variable of this name into the code; undefined where none is known to. */
export function buildToolOf(key: string, kind: string): string | undefined {
  const prefixes = kind === "static_site" ? [...BUILD_TIME_PREFIXES, ...SITE_PREFIXES] : BUILD_TIME_PREFIXES;
  return prefixes.find(([prefix]) => key.startsWith(prefix))?.[1];
}

/** Whether a change of a flag's value needs a build: always on a static site, elsewhere by the tool's prefix, or as config says. */
export function needsBuild(key: string, kind: string, declared?: boolean): boolean {
  return kind === "static_site" || (declared ?? buildToolOf(key, kind) !== undefined);
}
