import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseDocument } from "yaml";

const SHIPPED = join(__dirname, "..", "..", "..", "Pulumi.yaml");

/** Services that the tests' own servers answer for: both report their flags. */
const SERVICES = {
  "felix-hub-backend": {
    kind: "web_service",
    healthPath: "/health",
    reports: "/api/feature-flags",
    endpoints: ["/api/orders", "/api/parts"],
  },
  "felix-hub-mechanics-frontend": { kind: "static_site", healthPath: "/", reports: "/feature-flags.json" },
};

/** Flags of the shipped catalogue that these tests leave out: they are as the others of their service. */
const LEFT_OUT = ["ENABLE_MECH_I18N", "ENABLE_UI_REFRESH"];

/** The shipped catalogue on the tests' services: what is shipped fits one customer, and may change with that customer. */
export function testCatalogue(): string {
  const document = parseDocument(readFileSync(SHIPPED, "utf8"));
  document.setIn(["config", "services", "value"], document.createNode(SERVICES));
  for (const flag of LEFT_OUT) document.deleteIn(["config", "flags", "value", flag]);
  return document.toString();
}
