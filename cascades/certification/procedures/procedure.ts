import type { Random } from '../../../lib/stats/index.js';
import type { Limit } from '../../losses/index.js';
import type { CertificationTable } from '../table.js';

/** A test of the literature, for any limit that it is valid for: one a `BoundMethod`. */
export interface Procedure {
  /** The test of one limit at level `delta` on the rows of a table. */
  on(limit: Limit, delta: number, table: CertificationTable, random: Random): Test;
  /** Whether `n` units that lose nothing would pass. */
  passesLossless(limit: Limit, n: number, delta: number): boolean;
}

/** One loss of a plan's answers, tested on the certification rows. */
export interface Test {
  /** As a certificate says it. */
  readonly method: string;
  /** Of 'these answers lose epsilon or more'. At level delta, which the test is made for. */
  pValue(answers: Float64Array): number;
  total(answers: Float64Array): LossTotal;
}

export interface LossTotal {
  /** Units tested. */
  readonly n: number;
  /** The sum of their losses. */
  readonly lost: number;
}
