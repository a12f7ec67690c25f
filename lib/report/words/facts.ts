/** Pairs of a term and its value. */
export type Facts = readonly (readonly [string, string])[];
