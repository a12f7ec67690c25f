import type { Random } from '../../lib/stats/index.js';
import type { StageAnswers, Thresholds } from '../chain/index.js';
import type { CertificationRows } from '../holdout/index.js';
import type { BoundSpec } from '../losses/index.js';
import { stageEvidence } from '../scoring/index.js';
import type { Label, Plan, ServedStage } from '../types/index.js';
import { type Certification, certifyPath } from './certifyPath.js';
import type { ScoredRows } from './scoreRows.js';
import { evidenceAt } from './table.js';

/** A chain's plans from conservative to aggressive, chosen without the certification rows. */
export interface PathToTest<L extends Label = Label, Name extends string = string> {
  /** The models of the whole chain. */
  readonly stages: readonly ServedStage[];
  /** Thresholds for each of them, one set a plan. */
  readonly path: readonly Thresholds[];
  /** The same in print. */
  readonly plans: readonly Plan<L, Name>[];
}

/** What the certification rows say of a path. */
export interface PathTest {
  readonly certification: Certification;
  /** The first sample: where its rows exit is what to expect of rows to come; absent before a test. */
  readonly sample: Sample | undefined;
}

/** Rows that took no part in choosing any plan. */
export interface Sample {
  /** How many numbers the blocks of each row hold. */
  readonly sizes: Float64Array;
  /** What each stage of the chain would answer the rows. */
  readonly stages: readonly StageAnswers[];
}

/**
 * Tests a path on what was answered.
 *
 * @param classes labels of the classes; none for regression
 */
export function testPath<Row>(
  { stages: chain, path, plans }: PathToTest,
  { stages: scores, full, second, sizes }: ScoredRows,
  rows: Pick<CertificationRows<Row>, 'rows' | 'labels' | 'groups' | 'samples'>,
  spec: BoundSpec,
  classes: readonly Label[],
  random: Random,
): PathTest & { readonly sample: Sample } {
  const { labels, groups, samples } = rows;
  const { origin } = rows.rows;
  // Certification compares answers itself.
  const stages = chain.map(({ model, rule }, s) => stageEvidence(() => 0, rule, scores[s], model.classes));
  const table = { stages, full, second, labels, origin, groups, samples, classes };
  const costs = plans.map(({ expected }) => expected.cost);
  const certification = certifyPath(path, table, spec, random, costs);
  const drawn = samples?.[0].rows;
  const sample =
    drawn === undefined
      ? { sizes, stages }
      : {
          sizes: Float64Array.from(drawn, (row) => sizes[row]),
          stages: stages.map((stage) => evidenceAt(stage, drawn)),
        };
  return { certification, sample };
}
