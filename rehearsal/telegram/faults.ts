export type TelegramFault =
  | { kind: "slow"; ms: number }
  | { kind: "rate-limited"; retryAfterSeconds: number }
  | { kind: "answer"; status: number; description?: string }
  | { kind: "drop" };

interface Rule {
  method: string | undefined;
  left: number;
  fault: TelegramFault;
}

/** Faults on demand; each is used up as it strikes. */
export class TelegramFaults {
  private rules: Rule[] = [];

  /** @param options.method default: every method. @param options.times default once. */
  add(fault: TelegramFault, options: { method?: string; times?: number } = {}): void {
    this.rules.push({ method: options.method, left: options.times ?? 1, fault });
  }

  clear(): void {
    this.rules = [];
  }

  take(method: string): TelegramFault | undefined {
    const rule = this.rules.find(
      (candidate) => candidate.method === undefined || candidate.method === method,
    );
    if (rule === undefined) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.rules = this.rules.filter((other) => other !== rule);
    return rule.fault;
  }
}
