/** Who looks once a test has ended. Registered by test/support/setup.ts within Vitest, by nobody elsewhere: `npm run faults`. */
let register: ((look: () => void) => void) | undefined;

export function registerEnds(by: (look: () => void) => void): void {
  register = by;
}

export function whenTestEnds(look: () => void): void {
  register?.(look);
}
