import { defineConfig } from "vite";

const FLAGS = ["VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"];

// The values exist only while the site is built: they become constants, and what is behind an "off" is not in the bundle.
const flags = Object.fromEntries(FLAGS.map((flag) => [flag, process.env[flag] === "true"]));

export default defineConfig({
  root: import.meta.dirname,
  // Nothing but the environment decides, above all no .env file that happens to lie about.
  envDir: false,
  define: {
    __MECH_I18N__: flags.VITE_ENABLE_MECH_I18N,
    __UI_REFRESH__: flags.VITE_ENABLE_UI_REFRESH,
    __API_URL__: JSON.stringify(process.env.VITE_API_URL ?? ""),
  },
  plugins: [reportFlags()],
  build: { emptyOutDir: true, reportCompressedSize: false },
  logLevel: "info",
});

/** /feature-flags.json: what this bundle was built with, from the same values. */
function reportFlags() {
  return {
    name: "felix-hub:feature-flags",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "feature-flags.json", source: `${JSON.stringify(flags)}\n` });
    },
  };
}
