import { createConfig } from "./create-config.mjs";

// The customer's site as it is live today.
export default createConfig({ flagsWork: false });
