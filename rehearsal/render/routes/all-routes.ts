import type { Route } from "../api/route";
import { blueprintRoutes } from "./blueprints";
import { deployRoutes } from "./deploys";
import { envVarRoutes } from "./env-vars";
import { eventRoutes } from "./events";
import { jobRoutes } from "./jobs";
import { logRoutes } from "./logs";
import { metricRoutes } from "./metrics";
import { ownerRoutes } from "./owners";
import { postgresRoutes } from "./postgres";
import { projectRoutes } from "./projects";
import { serviceRoutes } from "./services";

/** All that the stand-in knows of Render's API; everything else is refused and recorded. */
export const allRoutes: readonly Route[] = [
  ...ownerRoutes,
  ...serviceRoutes,
  ...envVarRoutes,
  ...deployRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...metricRoutes,
  ...postgresRoutes,
  ...projectRoutes,
  ...blueprintRoutes,
];
