/** `proposedCuts.ts` as `spillway/runtime` has it: nothing is tuned there. */
export function proposedCuts(): readonly string[] {
  return [];
}

export const cutInWords = undefined;
