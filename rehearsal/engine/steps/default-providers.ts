import type { ResourceState } from "../checkpoint/resource-state";
import { emptyGoal, type Goal } from "../monitor/goal";
import { packageOf } from "../provider/registry";
import { unknownValue, type PropertyMap } from "../values/property-value";
import type { Step } from "./step";

/** Default providers stand in the state for the packages that a program uses; each is made when it is first needed. */
export class DefaultProviders {
  private readonly references = new Map<string, Promise<string>>();

  constructor(
    private readonly options: {
      /** The dynamic provider's inputs: the stack's config by full key, secrets marked. */
      config: PropertyMap;
      findOld: (type: string, name: string) => ResourceState | undefined;
      plan: (goal: Goal) => Promise<Step[]>;
      run: (steps: readonly Step[]) => Promise<ResourceState | undefined>;
    },
  ) {}

  /** The reference (`<urn>::<id>`) of the default provider for a resource of this type and package version. */
  reference(type: string, version: string): Promise<string> {
    const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
    const key = `${packageOf(type)} ${name}`;
    const reference = this.references.get(key) ?? this.make(packageOf(type), name, version);
    this.references.set(key, reference);
    return reference;
  }

  private async make(packageName: string, name: string, version: string): Promise<string> {
    const type = `pulumi:providers:${packageName}`;
    const old = this.options.findOld(type, name);
    // What the CLI's own plugin has put among its inputs stays as it is.
    const inputs = packageName === "pulumi-nodejs" ? this.options.config : { ...old?.inputs, version };
    const steps = await this.options.plan({ ...emptyGoal, type, name, inputs });
    const state = await this.options.run(steps);
    const id = state?.id === undefined || state.id === "" ? unknownValue : state.id;
    return `${state?.urn ?? ""}::${id}`;
  }
}
