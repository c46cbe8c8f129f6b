import type { ServiceSpec } from "../options";
import type { Service } from "../state/service";
import type { RuntimeContext } from "./context";
import { createCronRuntime } from "./cron-runtime";
import { createProcessRuntime } from "./process-runtime";
import type { Runtime } from "./runtime";
import { createStaticRuntime } from "./static-runtime";

export function createRuntime(context: RuntimeContext, spec: ServiceSpec, service: () => Service): Runtime {
  switch (spec.type) {
    case "static_site":
      return createStaticRuntime(context, spec, service);
    case "cron_job":
      return createCronRuntime(context, spec, service);
    case "web_service":
    case "private_service":
    case "background_worker":
      return createProcessRuntime(context, spec, service);
  }
}
