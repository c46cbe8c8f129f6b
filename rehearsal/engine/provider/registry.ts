import type { Provider } from "./provider";

/** What runs resources, by package. Only two packages are known here. */
export class ProviderRegistry {
  /** @param dynamic started only when a dynamic resource is met. */
  constructor(
    private readonly dynamic: () => Provider,
    private readonly command: () => Provider,
  ) {}

  /** The provider of a type; undefined for provider resources, which have none.
   *  @throws Error for a type that this engine cannot run. */
  find(type: string): Provider | undefined {
    if (type.startsWith("pulumi:providers:")) return undefined;
    switch (packageOf(type)) {
      case "pulumi-nodejs":
        return this.dynamic();
      case "command":
        if (type === "command:local:Command") return this.command();
    }
    throw new Error(
      `embedded engine: only dynamic resources and command:local:Command can be run here, not ${type}; use the Pulumi CLI`,
    );
  }
}

/** The package that a type token belongs to. */
export function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}
