import type { Unlearnable } from './fitDeferral.js';

/** `fitDeferral.ts` as `spillway/runtime` has it: nothing is tuned there. */
export async function fitDeferral(): Promise<{ readonly unlearnable: Unlearnable }> {
  return { unlearnable: 'degenerate' };
}
