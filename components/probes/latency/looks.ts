/**
 * Looking at data several times and stopping when it pleases would find something sooner or later. So the chance of a mistake
 * (1 − confidence) is shared out over the looks beforehand, after Haybittle and Peto: 0.001 for each look but the last, the rest for the
 * last. By the union bound the whole procedure then keeps the stated confidence, whatever the looks have in common.
 *
 * @param looks how many looks there may be in all.
 * @returns the largest p-value that decides, one for each look. For 0.98 and four looks: 0.001, 0.001, 0.001, 0.017.
 */
export function pValuesThatDecide(confidence: number, looks: number): number[] {
  const total = 1 - confidence;
  const interim = Math.min(0.001, total / (2 * looks));
  return Array.from({ length: looks }, (_, look) =>
    look === looks - 1 ? total - interim * (looks - 1) : interim,
  );
}
