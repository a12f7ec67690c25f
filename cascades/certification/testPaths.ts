import type { Random } from '../../lib/stats/index.js';
import type { StageAnswers, Thresholds } from '../chain/index.js';
import { stageEvidence } from '../scoring/index.js';
import type { Label, Plan, ServedStage } from '../types/index.js';
import type { BoundSpec } from './boundSpec.js';
import type { CertificationRows } from './certificationRows.js';
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
  /** What its tests may spend: those of all paths sum to the spec's delta. */
  readonly delta: number;
}

/** What the certification rows say of each path. */
export interface PathTests {
  readonly certifications: readonly Certification[];
  /** The path of the plan to serve: the cheapest of those that pass the tests of their paths. */
  readonly best: number;
  /** The first sample: where its rows exit is what to expect of rows to come. */
  readonly sample: Sample;
}

/** Rows that took no part in choosing any plan. */
export interface Sample {
  /** How many numbers the blocks of each row hold. */
  readonly sizes: Float64Array;
  /** Of each path, what each stage of its chain would answer the rows. */
  readonly stages: readonly (readonly StageAnswers[])[];
}

/**
 * Tests each path, at its own part of delta, on what was answered: that any path serves a plan that breaks the promise has
 * at most the sum of their chances.
 *
 * @param classes labels of the classes; none for regression
 */
export function testPaths<Row>(
  paths: readonly PathToTest[],
  { stages: scores, full, sizes }: ScoredRows,
  rows: Pick<CertificationRows<Row>, 'rows' | 'labels' | 'groups' | 'samples'>,
  spec: BoundSpec,
  classes: readonly Label[],
  random: Random,
): PathTests {
  const { labels, groups, samples } = rows;
  const { origin } = rows.rows;
  // Certification compares answers itself.
  const stages = paths.map((path, p) =>
    path.stages.map(({ model, rule }, s) => stageEvidence(() => 0, rule, scores[p][s], model.classes)),
  );
  const certifications = paths.map(({ path, plans, delta }, p) => {
    const table = { stages: stages[p], full, labels, origin, groups, samples, classes };
    const costs = plans.map(({ expected }) => expected.cost);
    return certifyPath(path, table, { ...spec, delta }, random, costs);
  });
  const costOf = (p: number) =>
    paths[p].plans[certifications[p].step]?.expected.cost ?? Number.POSITIVE_INFINITY;
  const best = paths.reduce((least, _, p) => (costOf(p) < costOf(least) ? p : least), 0);
  const drawn = samples?.[0].rows;
  const sample =
    drawn === undefined
      ? { sizes, stages }
      : {
          sizes: Float64Array.from(drawn, (row) => sizes[row]),
          stages: stages.map((chain) => chain.map((stage) => evidenceAt(stage, drawn))),
        };
  return { certifications, best, sample };
}
