import { VERSION } from '../../lib/version.js';
import type { Made } from '../types/index.js';

/** @param date when, now unless it is given: whoever needs the same file twice gives it */
export function madeOf({
  date = new Date(),
  seed,
  tune = 0,
  certify,
}: {
  readonly date?: Date | undefined;
  readonly seed: number | string | null;
  readonly tune?: number | undefined;
  readonly certify: number;
}): Made {
  return { date: date.toISOString(), version: VERSION, seed, rows: { tune, certify } };
}
