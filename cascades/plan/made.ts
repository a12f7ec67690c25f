import { VERSION } from '../../lib/util/version.js';
import type { Made } from '../types/index.js';

/** @param date the current time by default: pass it to write the same file twice */
export function madeOf({
  date = new Date(),
  seed,
  tune = 0,
  certify,
  digests,
}: {
  readonly date?: Date | undefined;
  readonly seed: number | string | null;
  readonly tune?: number | undefined;
  readonly certify: number;
  readonly digests: Made['digests'];
}): Made {
  return { date: date.toISOString(), version: VERSION, seed, rows: { tune, certify }, digests };
}
