import { own } from "../own";
import { isMap, valueAt } from "./answer-parts";

/** Which key says it, and of what. */
interface Failure {
  named: string;
  answer: Record<string, unknown>;
}

/** An answer that says of itself that it failed, whatever else it holds; also where its flags stand, and on the way there. */
export function findFailure(answer: unknown, place: string, keys: readonly string[]): Failure | undefined {
  return onTheWayTo(answer, place)
    .map((each) => failureIn(each, keys))
    .find((each) => each !== undefined);
}

function onTheWayTo(answer: unknown, place: string): unknown[] {
  if (place === "" || (isMap(answer) && Object.hasOwn(answer, place)))
    return [answer, valueAt(answer, place)];
  const steps = place.split(".");
  return [answer, ...steps.map((_step, index) => valueAt(answer, steps.slice(0, index + 1).join(".")))];
}

function failureIn(answer: unknown, keys: readonly string[]): Failure | undefined {
  if (!isMap(answer)) return undefined;
  const isOurs = (key: string) => keys.includes(key);
  const told = ["error", "errors", "exception"].find((key) => !isOurs(key) && says(own(answer, key)));
  const refused = ["success", "ok"].find((key) => !isOurs(key) && NO.includes(own(answer, key)));
  const failed = ["status", "statusCode", "code"].find((key) => !isOurs(key) && isFailure(own(answer, key)));
  const named = told ?? refused ?? failed;
  return named === undefined ? undefined : { named, answer };
}

const NO: readonly unknown[] = [false, 0, "false", "no"];

function isFailure(status: unknown): boolean {
  if (typeof status === "number") return status >= 400 && status < 600;
  return (
    typeof status === "string" &&
    /^(error|fail(ed|ure)?|unavailable|unauthorized|forbidden|[45]\d\d)$/i.test(status)
  );
}

function says(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
}
