/** `hints.ts` as `spillway/runtime` has it: every byte counts there. */

export const OF_A_BATCH = '';
export const SAME_KIND = '';
export const OTHER_NAME = '';
export const NO_VOCABULARY = '';
export const GROUPS = '';
export const SAVED_FILE = '';
export const WHY_DAMAGED = '';
export const RETRAINED = '';
export const OTHER_COLUMNS = '';
export const REFERENCE_ROWS = '';

export const insteadOfNaN = none;
export const whyNoTerms = none;
export const insteadOfNumbers = none;
export const insteadOfFeature = none;
export const insteadOfRows = none;
export const insteadOfSignal = none;
export const ofKind = none;
export const shapeOf = none;
export const shareMeant = none;
export const meant = none;
export const otherRelease = none;
export const looksLike = none;
export const columnsThere = none;
export const propertiesThere = none;
export const insteadOfColumn = none;

function none(_given?: unknown, ..._more: readonly unknown[]): string {
  return '';
}

export function insteadOfLoad(_options: unknown): readonly [option: string, instead?: string] {
  return ['options'];
}

export function ofABatch(error: unknown, _rows: number): unknown {
  return error;
}
