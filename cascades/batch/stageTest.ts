import { classRule } from '../../lib/learn/exits/index.js';
import {
  candidateOf,
  finerPath,
  pathOf,
  type StageAnswers,
  type StageEvidence,
  type Thresholds,
} from '../chain/index.js';
import { seenBy } from './batchPath.js';
import { chanceToPass, designFor, errorsDue, type FiniteBatch, type SampleDesign } from './sampleDesign.js';
import { lettingOut } from './walk.js';

/** A stage by itself before the full model, and what is to be kept. */
export interface OneStage {
  readonly classes: number;
  /** Rows whose answer is known, each answered by a model that hadn't seen it. */
  readonly known: StageEvidence;
  /** Rows that nobody has asked about. */
  readonly others: StageAnswers;
  /** The claim: `rows` is how many rows there are like `others`, where these are a part of them. */
  readonly batch: FiniteBatch;
}

/** How a batch would be tested with one stage, before any of its rows is asked about. */
export interface StageTest {
  readonly path: readonly Thresholds[];
  readonly design: SampleDesign;
  /** Positions of the rows that some tested plan lets out. */
  readonly open: Int32Array;
  /** Of those that no plan lets out which is likely to pass: they are asked about in any case, or nearly. */
  readonly closed: Int32Array;
}

/** A plan that is less likely to pass lets nothing out, or hardly anything. */
const LIKELY = 0.1;

/** The path, the design and the test of `certifyBatch` over one stage instead of a cascade. */
export function testOfStage({ classes, known, others, batch }: OneStage): StageTest {
  const rows = others.answers.length;
  const rule = classRule({ kind: 'argmax' });
  const what = {
    features: [],
    learner: 'student',
    target: 'answers',
    passed: false,
    prefix: null,
    rule,
  } as const;
  const seen = known.answers.length;
  const coarse = pathOf({
    stages: [candidateOf(what, known, classes)],
    costs: [new Float64Array(seen), new Float64Array(seen).fill(1)],
    rows: seen,
    width: classes,
  });
  const path = finerPath(coarse, [known]);
  const { opens, ...counts } = lettingOut([others], path, rows);
  const scaled = (each: readonly number[]) =>
    each.map((count) => Math.round((count * batch.rows) / Math.max(1, rows)));
  const [leaving, open] = [scaled(counts.leaving), scaled(counts.open)];
  const before = seenBy(path, [known]);
  const design = designFor(batch, { ...before, leaving, open });
  const last = likelyPlans(before.changed, errorsDue(batch, { ...before, leaving }), open, design);
  const all = Int32Array.from(opens.keys());
  return {
    path,
    design,
    open: all.filter((row) => opens[row] < design.plans),
    closed: all.filter((row) => opens[row] >= last),
  };
}

/** How many plans of the design aren't unlikely to pass. @param due errors to be expected among the open rows */
function likelyPlans(
  changed: readonly number[],
  due: readonly number[],
  open: readonly number[],
  { plans, count, errors }: SampleDesign,
): number {
  const share = count / Math.max(1, open[plans - 1]);
  let last = plans;
  while (last > 0 && chanceToPass(changed[last - 1], due[last - 1] * share, errors) < LIKELY) last--;
  return last;
}
