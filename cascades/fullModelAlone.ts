import { gather, rowSizes } from '../lib/data/blocks/index.js';
import type { Model } from '../lib/learn/learners/index.js';
import { sample } from '../lib/stats/index.js';
import { buildCascade, type Cascade } from './cascade/index.js';
import { certify } from './certification/index.js';
import { meanOf } from './chain/index.js';
import { firstProfile } from './costs/index.js';
import { Ledger } from './holdout/index.js';
import { planningOver } from './plan/index.js';
import { countsOf, featuresRead, type Run } from './problem/index.js';
import { fullAnswers, modelInputs, scoresOverBlocks } from './scoring/index.js';
import { type RereadRows, rescoreRows } from './stability/index.js';
import type { FeatureBlocks } from './training/index.js';
import type { Label } from './types/index.js';

/** Rows whose answers tell a bound in units what it is in shares, as it is written on a certificate. */
const ANSWERED = 256;

/**
 * The full model alone, where the seconds of the budget were over before a stage could be fitted: with the features that
 * were fitted and what their first rows took. No certification row is read.
 */
export async function fullModelAlone<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
  reread: RereadRows,
  model: Model,
): Promise<Cascade<Row, L, Name>> {
  const { options, problem, objective } = run;
  const { classes, decision, development, certification, split, random, width } = problem;
  const { rows } = development;
  const features = { ...all, versions: { ...all.versions, names: {} } };
  const { names } = options.features;
  const given = 'fit' in options.full ? undefined : options.full;
  const reads = given ? featuresRead(given, names) : names;

  const drawn = sample(split.scored.length, Math.min(ANSWERED, split.scored.length), random.fork('answered'));
  const some = drawn.map((place) => split.scored[place]);
  const origin = some.map((row) => rows.origin[row]);
  const taken = await rows.take(some, options.signal);
  const blocks = modelInputs(
    model,
    () => taken,
    () =>
      reads.map((name) => gather(all.blocks[all.fitted.findIndex((feature) => feature.name === name)], some)),
  );
  const scores = await scoresOverBlocks(model, blocks, run.tracker());
  const judged = { full: fullAnswers(model, decision, scores, width, origin), labels: undefined, origin };
  const full = {
    ...{
      model,
      reads,
      learner: 'fit' in options.full ? options.full : undefined,
      held: [],
      rounds: [],
      judged,
    },
    ...{
      fingerprint: given && (given.fingerprint ?? given.name),
      options: given?.options,
      price: given?.price,
    },
    scores: new Float64Array(0),
  };

  const profile = firstProfile(run, features);
  const sizes = rowSizes(features.blocks);
  const planning = planningOver(
    { classes, decision, names, fidelities: {}, reads, profile, objective },
    sizes,
  );
  const spec = problem.specOn(judged.full);
  const seen = Ledger.of(development.contents, features.blocks, problem.reader, rows.held);
  const chosen = {
    ...{ spec, classes, decision, random, rows: certification, fitted: features.fitted, seen },
    ...{ full: { model, features: reads }, path: undefined, judged: undefined, isDegenerate: false },
    ...{ isLate: true, counts: countsOf(problem), fullCost: meanOf(planning.costs([])[0]) },
    ...{ isPaired: false, credit: 0 },
  };
  const { names: known, blocks: values, rows: own, reread: again, known: memory } = reread;
  const varies = problem.asksTwice;
  const large = await rescoreRows(reread, model, reads, { varies });
  return buildCascade(run, {
    ...{ features, full, profile, planning, spec, sizes, seen, path: undefined, target: 0 },
    noisy: [],
    tried: { candidates: [], others: [], untried: [], reductions: ['no stage: the seconds were over'] },
    certified: certify(chosen, undefined, []),
    stable: { names: known, blocks: values, rows: own, reread: again, known: memory, full: large, varies },
  });
}
