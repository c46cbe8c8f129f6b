import type { Route } from "../api/route";
import { blueprintRoutes } from "./blueprints";
import { cronJobRoutes } from "./cron-jobs";
import { deployRoutes } from "./deploys";
import { envGroupRoutes } from "./env-groups";
import { envVarRoutes } from "./env-vars";
import { eventRoutes } from "./events";
import { jobRoutes } from "./jobs";
import { keyValueRoutes } from "./key-value";
import { logRoutes } from "./logs";
import { metricRoutes } from "./metrics";
import { ownerRoutes } from "./owners";
import { postgresRoutes } from "./postgres";
import { projectRoutes } from "./projects";
import { secretFileRoutes } from "./secret-files";
import { serviceActionRoutes } from "./service-actions";
import { serviceSettingRoutes } from "./service-settings";
import { serviceRoutes } from "./services";
import { usageMetricRoutes } from "./usage-metrics";

/** All that the stand-in knows of Render's API; everything else is refused and recorded. */
export const allRoutes: readonly Route[] = [
  ...ownerRoutes,
  ...serviceRoutes,
  ...envVarRoutes,
  ...secretFileRoutes,
  ...envGroupRoutes,
  ...serviceActionRoutes,
  ...serviceSettingRoutes,
  ...cronJobRoutes,
  ...deployRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...metricRoutes,
  ...usageMetricRoutes,
  ...postgresRoutes,
  ...keyValueRoutes,
  ...projectRoutes,
  ...blueprintRoutes,
];
