import { type Seen, seenBy } from '../../cascades/batch/batchPath.js';
import { drawKeyed } from '../../cascades/batch/keyedSample.js';
import { designFor, type SampleDesign } from '../../cascades/batch/sampleDesign.js';
import { type LeavingRows, lettingOut, mostAggressivePlan } from '../../cascades/batch/walk.js';
import { candidateOf, exitStage, finerPath, pathOf, type Thresholds } from '../../cascades/chain/index.js';
import { classRule } from '../../lib/learn/exits/index.js';
import { betaCdf } from '../../lib/stats/index.js';
import { type Batch, type Draw, drawOf, count as marks } from './draw.js';

/** Our test of one batch, by the very functions of `certifyBatch`, over one student instead of a cascade. */
export interface OurTest {
  readonly path: readonly Thresholds[];
  readonly design: SampleDesign;
  /** How many rows each plan lets out. */
  readonly counts: LeavingRows;
  /** Rows that some tested plan lets out. */
  readonly open: Int32Array;
  /** Rows that no plan lets out which is likely to pass: they are asked about in any case, or nearly. */
  readonly closed: Int32Array;
}

/** A plan that is less likely to pass lets nothing out, or hardly anything. */
const LIKELY = 0.1;

/** Chosen before any of the rows is asked about. */
export function ourTest({ classes, known, others, allowed, delta }: Omit<Batch, 'truth'>): OurTest {
  const rows = others.answers.length;
  const stage = candidateOf(
    {
      features: ['words', 'chars'],
      learner: 'student',
      target: 'answers',
      passed: false,
      prefix: null,
      rule: classRule({ kind: 'argmax' }),
    },
    known,
    classes,
  );
  const seen = known.answers.length;
  const coarse = pathOf({
    stages: [stage],
    costs: [new Float64Array(seen), new Float64Array(seen).fill(1)],
    rows: seen,
    width: classes,
  });
  const path = finerPath(coarse, [known]);
  const { opens, leaving, open } = lettingOut([others], path, rows);
  const before = seenBy(path, [known]);
  const design = designFor({ rows, allowed, delta }, { ...before, leaving, open });
  const all = Int32Array.from(opens.keys());
  const last = likelyPlans(before, open, design);
  return {
    path,
    design,
    counts: { leaving, open },
    open: all.filter((row) => opens[row] < design.plans),
    closed: all.filter((row) => opens[row] >= last),
  };
}

/** How many plans of the design aren't unlikely to pass, by the rows that they were observed on. */
function likelyPlans(
  { changed, opened, rows }: Seen,
  open: readonly number[],
  { plans, count, errors }: SampleDesign,
): number {
  const share = count / Math.max(1, open[plans - 1]);
  const passes = (j: number) => {
    const seen = opened?.[j] ?? rows;
    // As many errors as were seen make the number among the drawn rows negative binomial, as the design has it.
    return changed[j] === 0 ? 1 : betaCdf(seen / (seen + open[j] * share), changed[j], errors + 1);
  };
  let last = plans;
  while (last > 0 && passes(last - 1) < LIKELY) last--;
  return last;
}

/** Asks the sample, and answers the rest by the boldest plan that passes. */
export function ourDraw(batch: Batch, { path, design, open }: OurTest, seed: number | string): Draw {
  const { others, truth } = batch;
  const asked = new Uint8Array(truth.length);
  const drawn = Int32Array.from(drawKeyed(seed, '', open, design.count), ({ index }) => index).sort();
  for (const row of drawn) asked[row] = 1;
  const step = mostAggressivePlan(
    [others],
    path.slice(0, design.plans),
    drawn,
    Float64Array.from(truth),
    design.errors,
  );
  return drawOf(batch, (row) => step >= 0 && exitStage([others], path[step], row) === 0, asked);
}

/** A planted fault: the boldest plan whose errors left are within the limit by an estimate from the sample, not by a test. */
export function chosenOnSample(batch: Batch, test: OurTest, seed: number): Draw {
  const { count, plans } = test.design;
  const errors = Math.floor((batch.allowed * count) / Math.max(1, test.open.length - count));
  return ourDraw(batch, { ...test, design: { plans, count, errors } }, seed);
}

/** Another: of five samples the one that lets most rows out. */
export function bestOfFive(batch: Batch, test: OurTest, seed: number): Draw {
  const draws = Array.from({ length: 5 }, (_, i) => ourDraw(batch, test, `${seed} ${i}`));
  const asked = draws.map(({ requested }) => marks(requested));
  return draws[asked.indexOf(Math.min(...asked))];
}
