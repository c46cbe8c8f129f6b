import { defineConfig } from "vite";

/**
 * How the site is built.
 * @param version.flagsWork whether the built-in values of VITE_ENABLE_… decide what visitors see. Today they decide nothing: the
 *   bundle does not even contain them, and the back end's report is what counts.
 */
export function createConfig({ flagsWork }) {
  return defineConfig({
    root: import.meta.dirname,
    // Nothing but the environment decides, above all no .env file that happens to lie about.
    envDir: false,
    define: { __BUILT_IN_FLAGS_WORK__: JSON.stringify(flagsWork) },
    build: { emptyOutDir: true, reportCompressedSize: false },
    logLevel: "info",
  });
}
