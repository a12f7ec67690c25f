/** Independent units: whichever rows are the independent draws, one of a certificate's samples has them. */
export interface UnitSample {
  /** Positions of rows. @defaultValue all rows */
  readonly rows?: Int32Array | undefined;
  /**
   * Further units of which a copy was tuned on: each counts as lost. Where there may be some,
   * losses are counted by what bounds them, of which a plan that was chosen with these units in sight loses no less.
   */
  readonly seen?: number | undefined;
}

/** How many independent units there are; of several samples, in the smallest. */
export function unitsOf({
  rows: { length },
  groups,
  samples = [{}],
}: {
  readonly rows: { readonly length: number };
  readonly groups: Int32Array | undefined;
  readonly samples?: readonly UnitSample[] | undefined;
}): number {
  if (groups !== undefined) return new Set(groups).size;
  return Math.min(...samples.map(({ rows, seen = 0 }) => (rows?.length ?? length) + seen));
}
