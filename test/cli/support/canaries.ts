import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";

/** Stands at the beginning and at the end of every secret here: where it is found, a secret leaked, whole or in part. */
const MARK = "c4nary";
/** Base64 of the mark wherever it stands in what was encoded: three forms, by where it begins within three bytes. */
const IN_BASE64 = ["YzRuYXJ5", "M0bmFye", "jNG5hcn"];

/** A secret, with characters that look otherwise in an address, in JSON, in HTML and in a shell. */
export function canary(name: string): string {
  return `${MARK}+${name}/"&<%41>'=@${MARK}`;
}

/** One that an address, a header or a passphrase can hold as it stands. */
export function plainCanary(name: string): string {
  return `${MARK}-${name}-${MARK}`;
}

/** Each place of a text where a secret shows, with what stands around it. Widths of tables cut nothing in two. */
export function leaksIn(text: string): string[] {
  const joined = text.replaceAll(/[\s│\\]|\u001b\[[\d;]*m/g, "");
  return [MARK, ...IN_BASE64].flatMap((mark) =>
    [...joined.matchAll(new RegExp(mark, "gi"))].map(({ index }) =>
      joined.slice(Math.max(0, index - 60), index + 60),
    ),
  );
}

export interface Outside {
  url: string;
  databasePort: number;
  stop(): Promise<void>;
}

/**
 * What an outside may answer at its worst: a server that repeats in its error all that it was asked, address and headers, in the
 * Bot API's form; and a database that repeats the address it was opened with, to whoever knocks.
 */
export async function startEchoingOutside(databaseUrl: () => string): Promise<Outside> {
  const web = createServer((request, response) => {
    const asked = `${request.method} ${request.url} ${JSON.stringify(request.headers)}`;
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: false, error_code: 400, description: `Bad Request: ${asked}` }));
  });
  const database = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (message) => {
      // The first words of a client: does the server speak TLS (80877103), or who is it.
      if (message.length === 8 && message.readInt32BE(4) === 80_877_103) socket.write("N");
      else socket.end(errorResponse(`no entry for ${databaseUrl()} (${decodeURIComponent(databaseUrl())})`));
    });
  });
  return {
    url: `http://127.0.0.1:${await listening(web)}`,
    databasePort: await listening(database),
    stop: async () => {
      web.closeAllConnections();
      for (const server of [web, database]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @source PostgreSQL's protocol, "ErrorResponse": E, length, fields of one letter and text, a zero at the end. */
function errorResponse(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C28000\0M${message}\0D${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
