import { createConfig } from "../../frontend/create-config.mjs";

// The same site with front-end flags that change something.
export default createConfig({ flagsWork: true });
