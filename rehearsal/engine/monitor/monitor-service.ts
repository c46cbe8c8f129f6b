import { status } from "@grpc/grpc-js";
import {
  DeploymentInfo,
  RegisterResourceResponse,
  SupportsFeatureResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { organization } from "../backend/stack-reference";
import { messageOf } from "../errors";
import type { StackConfig } from "../project/stack-config";
import type { Deployment } from "../steps/deployment";
import { Stopped } from "../steps/refusal";
import { fromStruct, toStruct } from "../values/struct";
import { readGoal } from "./goal";
import { StatusError, unary, type Handlers } from "./server";

export interface MonitorOptions {
  project: { name: string; root: string };
  stack: string;
  config: StackConfig;
  preview: boolean;
  parallel: number;
}

/** What the SDK may use here. Output values, hooks and transforms are not among it. */
const supportedFeatures = new Set(["secrets", "resourceReferences", "aliasSpecs", "deletedWith"]);

/** The side of the protocol on which a program declares its resources. */
export class MonitorService {
  /** The program said by itself that it has declared everything. */
  signalled = false;

  constructor(
    private readonly deployment: Deployment,
    private readonly options: MonitorOptions,
    /** Lets the program finish what it is saying before it is told that it is over. */
    private readonly beforeRefusal: () => Promise<void>,
  ) {}

  get handlers(): Handlers {
    return {
      getDeploymentInfo: unary(() => this.deploymentInfo()),
      supportsFeature: unary((request: SupportsFeatureRequest) =>
        new SupportsFeatureResponse().setHassupport(supportedFeatures.has(request.getId())),
      ),
      registerResource: unary((request: RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: unary((request: RegisterResourceOutputsRequest) =>
        this.registerOutputs(request),
      ),
      signalAndWaitForShutdown: unary(() => {
        this.signalled = true;
        return new Empty();
      }),
    };
  }

  private async register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    try {
      const goal = readGoal(request, this.options.project.root);
      const state = await this.deployment.register(goal);
      return new RegisterResourceResponse()
        .setUrn(state.urn)
        .setId(state.id ?? "")
        .setObject(toStruct(state.custom ? state.outputs : state.inputs));
    } catch (error) {
      if (!(error instanceof Stopped)) {
        this.deployment.runner.diagnose("", "error", messageOf(error));
        this.deployment.runner.fail();
      }
      await this.beforeRefusal();
      // Any other status makes the SDK print a JavaScript stack.
      throw new StatusError(status.UNAVAILABLE, "resource monitor shut down");
    }
  }

  private registerOutputs(request: RegisterResourceOutputsRequest): Empty {
    this.deployment.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
    return new Empty();
  }

  private deploymentInfo(): DeploymentInfo {
    const { project, stack, config, preview, parallel } = this.options;
    const info = new DeploymentInfo()
      .setOrganization(organization)
      .setProject(project.name)
      .setStack(stack)
      .setDryrun(preview)
      .setParallel(parallel)
      .setConfigsecretkeysList([...config].filter(([, { secret }]) => secret).map(([key]) => key));
    for (const [key, { text }] of config) info.getConfigMap().set(key, text);
    return info;
  }
}
