import { z } from "zod";

import { cutText } from "../plain-text";
import { createRedactor } from "../secrets";
import type { ApiRequest, Reply } from "./api";
import { answerLost, unreadable, type Place } from "./error-messages";
import type { HttpOutcome } from "./http";

type HttpReply = Extract<HttpOutcome, { kind: "reply" }>;

/** Whether a reply of 2xx is what we asked for as far as its outer form goes. An oversized one is not asked for again. */
export function isGarbled(reply: HttpReply): boolean {
  return !reply.oversized && parse(reply) === undefined;
}

function parse({ text }: HttpReply): { body: unknown } | undefined {
  try {
    return { body: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A reply of 2xx, to be read by a schema. What is found is named by its place and kind, never by its value. */
export function replyOf(request: ApiRequest, place: Place, reply: HttpReply): Reply {
  const facts = { status: reply.status, requestId: requestIdOf(reply) };
  const fail = (why: string) =>
    // A POST that starts something did start it; only what it is called is not known.
    request.once === true
      ? answerLost(place, `HTTP ${reply.status} came, but ${why}`, facts)
      : unreadable(place, why, facts);
  return {
    status: reply.status,
    empty: !reply.oversized && reply.text.trim() === "",
    read(schema) {
      if (reply.oversized) throw fail("it is larger than any answer should be");
      const parsed = parse(reply);
      if (parsed === undefined) throw fail(`it is not JSON (${described(reply)})`);
      const result = schema.safeParse(parsed.body);
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      const place = issue?.path.map(String).join(".") ?? "";
      throw fail(`${place === "" ? "it" : place} is not as expected: ${kindOf(issue)}`);
    },
  };
}

const errorSchema = z.object({ message: z.string().optional().catch(undefined) });
const MESSAGE_LENGTH = 300;

/** Render's own words in an error's body: `{id?, message?, code?}`, or no JSON at all. One line, shortened. */
export function apiMessageOf(request: ApiRequest, reply: HttpReply, apiKey: string): string | undefined {
  if (request.confidential === true || reply.text === "") return undefined;
  try {
    const { message } = errorSchema.parse(JSON.parse(reply.text));
    const line = createRedactor([apiKey])(message ?? "")
      .replaceAll(/\s+/g, " ")
      .trim();
    return line === "" ? undefined : cutText(line, MESSAGE_LENGTH);
  } catch {
    return undefined;
  }
}

/** @source recordings of Render's Terraform provider: `api-7767dddd75-m2trm/tatrYy6WLK-002273`, with a slash. */
export function requestIdOf(reply: HttpReply): string | undefined {
  const id = reply.header("render-request-id");
  return id !== undefined && /^[\w.:/+=-]{1,120}$/.test(id) ? id : undefined;
}

function described({ text, header }: HttpReply): string {
  const type =
    /^(text\/(html|plain|xml)|application\/(json|xml))\b/.exec(header("content-type") ?? "")?.[0] ??
    "of another type";
  return text === "" ? "empty" : `${text.length} characters, ${type}`;
}

function kindOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_type") return `no ${issue.expected}`;
  return issue?.code === "invalid_value" ? "another value" : (issue?.code ?? "unknown");
}
