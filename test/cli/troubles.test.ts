import { describe, expect, it } from "vitest";

import { withCode } from "../../components/error-code";
import { describeTrouble, findTrouble } from "../../cli/engine/troubles";
import { deploy, errorEvent, failedStep, flag, gate, pre } from "./support/events";

const coded = (code: string, message: string, data = {}) => withCode({ message, code, data });
const find = (message: string, events = [errorEvent(message)], output = "") =>
  findTrouble({ events, output, interrupted: false, stack: "prod" });

/** What an operator meets, and a part of the way out that has to be named. */
const ways: [string, string, RegExp][] = [
  [
    "the current soak",
    coded("GATE_REFUSED", "api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin"),
    /wait for what is named/,
  ],
  [
    "a missing signature",
    coded(
      "GATE_REFUSED",
      "preparation: not signed off: team-informed (The team knows); add to acknowledged in Pulumi.prod.yaml: team-informed: 2026-11-24 by <name>",
    ),
    /write the line that is named.*never refused/,
  ],
  [
    "an hour of which nothing is known",
    coded(
      "GATE_REFUSED",
      "api: soak-error-rate backend: no-data: No requests were seen. Traffic brings an answer.",
    ),
    /wait for what is named/,
  ],
  [
    "no key at all",
    coded(
      "NO_RENDER_KEY",
      "renderApiKey: not set. Create a key in Render's account settings, then run `pulumi config set --stack prod --secret renderApiKey`, or export RENDER_API_KEY.",
    ),
    /account settings, then run `pulumi config set --stack prod --secret renderApiKey`.*RENDER_API_KEY\.$/,
  ],
  [
    "an expired key",
    coded("RENDER_REFUSED", "the API key was refused: GET /services at api.render.com. Next: create one.", {
      status: 401,
    }),
    /Account Settings.*renderApiKey.*\n.*RENDER_API_KEY, where the stack has no key of its own/,
  ],
  [
    "a protected environment",
    coded("RENDER_REFUSED", "the API key's user may not do this: PUT /x at api.render.com. Next: ask.", {
      status: 403,
    }),
    /admin's key\n.*RENDER_API_KEY.*\n.*--instructions/,
  ],
  [
    "no network",
    coded(
      "RENDER_UNREACHABLE",
      "Render could not be reached: GET /services at api.render.com failed with a name that does not resolve (ENOTFOUND).",
    ),
    /status\.render\.com.*\n.*--instructions/,
  ],
  [
    "a backup that failed: nothing had been begun, so nothing is said of migrations",
    coded(
      "OPERATORS_COMMAND_FAILED",
      "backup ended with exit code 1 after 3 s. What it printed is in /home/ada/x.log.",
      {
        command: "backup",
        words: "/home/ada/x.log",
      },
    ),
    /the database was not touched, and no migration was begun/,
  ],
  [
    "a checkout that is not the code that is live",
    coded(
      "CHECKOUT_DIFFERS",
      "/src/shop is at 3c08b33b85, and bbbbbbbbbb is live on shop-api: run `git checkout`",
    ),
    /no migration was begun: bring the checkout to where it is wanted/,
  ],
  [
    "a rollback that a trial refused: its consent is spent, and the same command would refuse it again",
    coded("SCHEMA_STILL_NEEDED", "001: not rolled back, and nothing was lost: /api/orders answers 500"),
    /take the migration out of acceptDataLoss.*\n.*deploy code that does not need it, and give a new consent/,
  ],
  ["a wrong passphrase", "error: incorrect passphrase", /PULUMI_CONFIG_PASSPHRASE/],
  [
    "a backend that is not logged in to",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    /pulumi login/,
  ],
  ["something nobody foresaw", "a riddle", /every step looks before it writes/],
];

describe("each failure has a way out", () => {
  it.each(ways)("%s", (_name, message, next) => {
    const text = describeTrouble(find(message));
    expect(text).toMatch(next);
    expect(text).not.toMatch(/Next: (create one|ask\.)|\[rollout/);
  });

  it("the lock, and who holds it", () => {
    const output =
      "Updating (prod):\nerror: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
      "  file:///s/.pulumi/locks/x.json: created by ada@laptop (pid 4711) at 2026-11-24T21:05:10Z\n";
    const trouble = find("", [], output);
    expect(trouble).toMatchObject({
      code: "LOCKED",
      touched: false,
      lock: { user: "ada", host: "laptop", pid: 4711 },
    });
    expect(describeTrouble(trouble)).toContain("pulumi cancel --stack prod --yes");
  });

  it("the lock of Pulumi Cloud, which does not say whose it is", () => {
    expect(find("", [], "error: [409] Conflict: Another update is currently in progress.")).toMatchObject({
      code: "LOCKED",
      lock: {},
    });
  });

  it("the failed gate, with the phase to go back to", () => {
    const trouble = find("", [
      failedStep(gate("ui", "create", { new: "open" })),
      errorEvent("gate ui did not pass:\n  health: fail\nNext: go back to the prior config."),
    ]);
    expect(trouble.code).toBe("GATE_FAILED");
    expect(describeTrouble(trouble, "api")).toBe(
      "gate ui did not pass:\n  health: fail\nNext: go back with `npm run rollback -- --stack prod --to api`, or mend the cause and run the same command again.",
    );
  });

  it("the failed deploy keeps its reason and the end of its log", () => {
    const trouble = find("", [
      pre(deploy(), false),
      failedStep(deploy()),
      errorEvent("felix-hub-backend: deploy dep-1 ended as build_failed.\nLast lines of the log:\n  boom"),
    ]);
    expect(trouble).toMatchObject({ code: "DEPLOY_FAILED", touched: true });
    expect(describeTrouble(trouble)).toContain("boom");
  });
});

it("an update that was refused before its first step has touched nothing; one that began a step has", () => {
  expect(find("refused").touched).toBe(false);
  expect(find("x", [pre(flag("A", "false", "true"), true)]).touched).toBe(false);
  expect(find("x", [pre(flag("A", "false", "true"), false)]).touched).toBe(true);
});

it("our own errors are told by their codes alone: the same words without one are something that nobody foresaw", () => {
  for (const words of [
    "may end at 22:41",
    "the API key was refused",
    "gate ui did not pass:",
    "renderApiKey: not set",
  ])
    expect(find(words).code).toBe("FAILED");
  expect(find(coded("GATE_FAILED", "other words")).code).toBe("GATE_FAILED");
  expect(find("", [], `error: x\n${coded("SCHEDULE_SHUT", "y")}`).code).toBe("GATE_REFUSED");
});

it("what somebody's program prints steers no terminal and no runner", () => {
  expect(find("", [errorEvent("\u001b]0;owned\u0007boom\n::error::owned ##[group]")]).what).toBe(
    "boom\n: :error::owned ## [group]",
  );
});

it("an interrupted run is called that, whatever the engine said about it", () => {
  expect(
    findTrouble({ events: [errorEvent("update canceled")], output: "", interrupted: true, stack: "prod" })
      .code,
  ).toBe("INTERRUPTED");
});

it("the same refusal of several requests is said once", () => {
  const refused = (id: string) =>
    errorEvent(`the API key was refused: GET /services answered HTTP 401 (request ${id}).`);
  expect(find("", [refused("req-1"), refused("req-2")]).what.split("\n")).toHaveLength(1);
});

it("what the Automation API says twice is said once", () => {
  const error = "error: getting secrets manager: incorrect passphrase";
  const output = `code: 255\n stdout: \n stderr: ${error}\n\n err?: Error: Command failed with exit code 255: pulumi stack select\n${error}`;
  expect(find("", [], output)).toMatchObject({
    code: "PASSPHRASE",
    what: "getting secrets manager: incorrect passphrase",
  });
});

it("colours, stacks and the engine's own frame are left out", () => {
  const text = "<{%fg 1%}>broken<{%reset%}>\n    at Object.diff (/x/y.ts:1:2)\n";
  expect(find("", [errorEvent(text), errorEvent("update failed")]).what).toBe("broken");
});

describe("a provider that went away", () => {
  it.each([
    "error reading from server: EOF",
    "error reading from server: read tcp 127.0.0.1:63025->127.0.0.1:63022: read: connection reset by peer",
    "error reading from server: read tcp 127.0.0.1:63025->127.0.0.1:63022: wsarecv: An existing connection was forcibly closed by the remote host.",
    'connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:63022: connect: connection refused"',
  ])("is told as one that was killed, not in gRPC's words: %s", (words) => {
    const trouble = find(`${words}\n`);
    expect(trouble.code).toBe("KILLED");
    expect(trouble.what).toBe(
      "the process that makes the changes was killed (or ran out of memory); what it was at may be done",
    );
    expect(trouble.next[0]).toMatch(/^run the same command again/);
  });
});
