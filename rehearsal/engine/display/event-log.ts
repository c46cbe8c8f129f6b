import { closeSync, openSync, writeSync } from "node:fs";
import * as grpc from "@grpc/grpc-js";
import { EventsClient } from "@pulumi/pulumi/proto/events_grpc_pb";
import { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { channelOptions } from "../monitor/channel";

/** Where engine events go as JSON: a file, one a line, or a listener of the Automation API. */
export interface EventLog {
  write(event: object): void;
  close(): Promise<void>;
}

/** @param target a path, or `tcp://host:port`. */
export function openEventLog(target: string): EventLog {
  return target.startsWith("tcp://") ? openListener(target.slice("tcp://".length)) : openFile(target);
}

function openFile(path: string): EventLog {
  const file = openSync(path, "w");
  return {
    write(event) {
      writeSync(file, `${JSON.stringify(event)}\n`);
    },
    close() {
      closeSync(file);
      return Promise.resolve();
    },
  };
}

function openListener(address: string): EventLog {
  const client = new EventsClient(address, grpc.credentials.createInsecure(), channelOptions);
  let ended: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    ended = resolve;
  });
  // A listener that goes away must not end the operation.
  const stream = client.streamEvents(() => {
    ended();
  });
  stream.on("error", () => {
    ended();
  });
  return {
    write(event) {
      stream.write(new EventRequest().setEvent(JSON.stringify(event)));
    },
    async close() {
      stream.end();
      await answered;
      client.close();
    },
  };
}
