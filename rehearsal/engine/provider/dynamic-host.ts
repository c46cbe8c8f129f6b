import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceState } from "../checkpoint/resource-state";
import { channelOptions } from "../monitor/channel";
import { interruptGroup } from "../processes/sdk-process";
import { fromStruct, toStruct } from "../values/struct";
import type { PropertyMap } from "../values/property-value";
import { readPartialFailure } from "./partial-failure";
import {
  PartialFailure,
  type CheckResult,
  type DiffResult,
  type Provider,
  type ReadResult,
} from "./provider";

/** A line that a provider printed. */
export type OnLog = (line: string, stream: "stdout" | "stderr") => void;

/** The SDK's host for dynamic providers. It keeps the first config that it gets, so each operation has one of its own.
 *  Calls wait until the host is there. */
export class DynamicHost implements Provider {
  private readonly client: Promise<ResourceProviderClient>;
  private readonly logsEnded: Promise<unknown>;
  /** Rejects when the host ends without being asked to. gRPC alone may try for minutes to reach it again. */
  private readonly lost: Promise<never>;
  private configured: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly process: ChildProcess,
    onLog: OnLog,
  ) {
    const port = this.readPort(onLog);
    this.client = port.then(
      (address) =>
        new ResourceProviderClient(`127.0.0.1:${address}`, grpc.credentials.createInsecure(), channelOptions),
    );
    // Whoever calls first hears of it; without a call it does not matter.
    this.client.catch(() => undefined);
    createInterface({ input: process.stderr as Readable }).on("line", (line) => {
      onLog(line, "stderr");
    });
    this.lost = new Promise((_, reject) => {
      process.once("exit", () => {
        if (!this.closed) reject(new Error(HOST_LOST));
      });
    });
    this.lost.catch(() => undefined);
    this.logsEnded = new Promise((resolve) => process.once("close", resolve));
  }

  /** Hands over the stack's config, secrets in clear. */
  configure(config: Record<string, string>): void {
    const request = new messages.ConfigureRequest().setArgs(toStruct(config)).setAcceptsecrets(false);
    this.configured = this.client
      .then((client) => call((done) => client.configure(request, done)))
      .then(() => undefined);
    this.configured.catch(() => undefined);
  }

  async check(urn: string, before: PropertyMap, inputs: PropertyMap): Promise<CheckResult> {
    const request = new messages.CheckRequest()
      .setUrn(urn)
      .setOlds(toStruct(before))
      .setNews(toStruct(inputs));
    const answer = await this.call<messages.CheckResponse>((client, done) => client.check(request, done));
    return { inputs: fromStruct(answer.getInputs()), failures: answer.toObject().failuresList };
  }

  async diff(old: ResourceState, inputs: PropertyMap): Promise<DiffResult> {
    const request = new messages.DiffRequest()
      .setId(old.id ?? "")
      .setUrn(old.urn)
      .setOlds(toStruct(old.outputs))
      .setNews(toStruct(inputs))
      .setOldInputs(toStruct(old.inputs));
    const answer = await this.call<messages.DiffResponse>((client, done) => client.diff(request, done));
    const { changes, replacesList, deletebeforereplace, diffsList } = answer.toObject();
    return {
      changes: changes === some ? "some" : changes === none ? "none" : "unknown",
      replaces: replacesList,
      changed: diffsList,
      deleteBeforeReplace: deletebeforereplace,
    };
  }

  previewCreate(_urn: string, inputs: PropertyMap): PropertyMap {
    return inputs;
  }

  previewUpdate(_old: ResourceState, inputs: PropertyMap): PropertyMap {
    return inputs;
  }

  async create(urn: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> {
    const request = new messages.CreateRequest().setUrn(urn).setProperties(toStruct(inputs));
    const answer = await this.change<messages.CreateResponse>((client, done) => client.create(request, done));
    if (answer.getId() === "") {
      throw new Error(`provider for ${urn} returned an empty resource.ID from Create`);
    }
    return { id: answer.getId(), outputs: fromStruct(answer.getProperties()) };
  }

  async update(old: ResourceState, inputs: PropertyMap): Promise<PropertyMap> {
    const request = new messages.UpdateRequest()
      .setId(old.id ?? "")
      .setUrn(old.urn)
      .setOlds(toStruct(old.outputs))
      .setNews(toStruct(inputs))
      .setOldInputs(toStruct(old.inputs));
    const answer = await this.change<messages.UpdateResponse>((client, done) => client.update(request, done));
    return fromStruct(answer.getProperties());
  }

  async delete(old: ResourceState): Promise<void> {
    const request = new messages.DeleteRequest()
      .setId(old.id ?? "")
      .setUrn(old.urn)
      .setProperties(toStruct(old.outputs));
    await this.call((client, done) => client.delete(request, done));
  }

  async read(old: ResourceState): Promise<ReadResult | undefined> {
    const request = new messages.ReadRequest()
      .setId(old.id ?? "")
      .setUrn(old.urn)
      .setProperties(toStruct(old.outputs))
      .setInputs(toStruct(old.inputs));
    const answer = await this.call<messages.ReadResponse>((client, done) => client.read(request, done));
    if (answer.getId() === "") return undefined;
    const inputs = answer.getInputs();
    return {
      id: answer.getId(),
      outputs: fromStruct(answer.getProperties()),
      ...(inputs === undefined ? {} : { inputs: fromStruct(inputs) }),
    };
  }

  /** Cancel never reaches dynamic providers: their SDK ignores it. */
  cancel(): void {
    return undefined;
  }

  /** Ends the host, once everything it printed has been passed on. */
  async close(): Promise<void> {
    this.closed = true;
    this.client.then(
      (client) => {
        client.close();
      },
      () => undefined,
    );
    interruptGroup(this.process);
    await this.logsEnded;
  }

  private readPort(onLog: OnLog): Promise<string> {
    return new Promise((resolve, reject) => {
      let port: string | undefined;
      createInterface({ input: this.process.stdout as Readable }).on("line", (line) => {
        if (port === undefined) resolve((port = line.trim()));
        else onLog(line, "stdout");
      });
      this.process.once("error", reject);
      this.process.once("exit", (code) => {
        if (!this.closed) reject(new Error(`the dynamic provider host ended with code ${code ?? "none"}`));
      });
    });
  }

  private async call<T>(start: Call<T>): Promise<T> {
    const answered = async (): Promise<T> => {
      const client = await this.client;
      await this.configured;
      return call<T>((done) => start(client, done));
    };
    try {
      return await Promise.race([answered(), this.lost]);
    } catch (error) {
      // The connection breaks a moment before the process is known to have ended; the CLI has one sentence for both.
      throw (error as Partial<grpc.ServiceError>).code === grpc.status.UNAVAILABLE
        ? new Error(HOST_LOST)
        : error;
    }
  }

  /** A call that may have had an effect even where it failed. */
  private async change<T>(start: Call<T>): Promise<T> {
    try {
      return await this.call(start);
    } catch (error) {
      const partial = readPartialFailure(error);
      throw partial === undefined ? error : new PartialFailure(partial.id, partial.outputs, partial.reasons);
    }
  }
}

/** As the CLI says it. @source google.golang.org/grpc internal/transport, "error reading from server" */
const HOST_LOST = "error reading from server: EOF";

const { DIFF_SOME: some, DIFF_NONE: none } = messages.DiffResponse.DiffChanges;

type Done<T> = (error: grpc.ServiceError | null, answer: T) => void;
type Call<T> = (client: ResourceProviderClient, done: Done<T>) => unknown;

function call<T>(start: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}
