/** `keptTerms.ts` as `spillway/runtime` has it: nothing is tuned there. */
export function keepTerms(): undefined {}
