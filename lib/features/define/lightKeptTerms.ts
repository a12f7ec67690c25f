/** `keptTerms.ts` as `spillway/runtime` has it: nothing is tuned there. */
export function keepingTerms<Learning>(learning: Learning): Learning {
  return learning;
}
