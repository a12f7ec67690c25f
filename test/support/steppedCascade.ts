import { contentsOf, Ledger } from '../../cascades/holdout/index.js';
import { type CascadeParts, referenceOf } from '../../cascades/plan/index.js';
import { Cascade, type Label, logisticRegression } from '../../index.js';
import { FREE, type Profile } from '../../lib/costs/index.js';
import { RowReader, Rows } from '../../lib/data/rows/index.js';
import { type FeatureSet, inFidelities, RowView } from '../../lib/features/define/index.js';
import { classRule } from '../../lib/learn/exits/index.js';
import { random } from '../../lib/stats/index.js';
import { certificateOf } from './plans.js';
import { LETTERS, type Spelt, spelt } from './spelt.js';

/** Texts whose beginning tells most of their labels. */
export const texts: readonly Spelt[] = Array.from({ length: 240 }, (_, i) => {
  const draw = random(`text ${i}`);
  const own = i % 2 === 0 ? 'aab' : 'cde';
  const letter = () => (draw.uniform() < 0.4 ? own[draw.integer(3)] : LETTERS[draw.integer(5)]);
  return { text: Array.from({ length: 10 + draw.integer(50) }, letter).join('') };
});
const labels = Int32Array.from(texts, (_, i) => i % 2);

const cost = (perRow: number) => ({ ...FREE, perRow });

/** Fidelities of the cascade below, and its profile: microseconds are the characters that a step reads. */
export const steppedFidelities = { letters: ['4', '12'] };
const profile: Profile = {
  features: {
    letters: {
      cost: cost(42),
      entries: 5,
      reads: [],
      goingOn: { cost: cost(1), reads: ['1. first', '2. next', '3. last'] },
    },
    size: { cost: cost(0.1), entries: 1, reads: [] },
    'letters@4': { cost: cost(1), entries: 5, reads: ['1. first'] },
    'letters@12': { cost: cost(1), entries: 5, reads: ['1. first', '2. next'] },
  },
  transforms: { '1. first': cost(4), '2. next': cost(8), '3. last': cost(30) },
  models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0.001 } },
  full: cost(0.01),
};

/** A cascade by hand: `letters@4`, then `letters@12` beside `size`, then both features. */
export async function steppedCascade(
  features: FeatureSet<Spelt> = spelt,
  more: Partial<CascadeParts<Spelt, Label, string>> = {},
): Promise<Cascade<Spelt, Label, string>> {
  const view = RowView.of(texts);
  const whole = await Promise.all(
    features.names.map(async (name) => ({ name, fitted: await features.get(name).fit(view) })),
  );
  const fitted = inFidelities(whole, steppedFidelities).map(({ name, fitted }) => ({ name, fitted }));
  const blocks = await Promise.all(fitted.map(async (feature) => feature.fitted.compute(view)));
  const learner = logisticRegression();
  const model = (names: readonly string[]) =>
    learner.fit(
      {
        features: names,
        blocks: names.map((name) => blocks[fitted.findIndex((feature) => feature.name === name)]),
        rows: texts.length,
        classes: 2,
        labels,
      },
      { seed: 1 },
    );
  const chain = [['letters@4'], ['letters@12', 'size']];
  const stages = await Promise.all(
    chain.map(async (names) => ({
      model: await model(names),
      rule: classRule({ kind: 'argmax' }),
      learner: learner.name,
      features: names,
      prefix: null,
    })),
  );
  const reads = features.names;
  const none = { rows: 0, changed: 0, worse: 0, better: 0, byClass: [] };
  return new Cascade<Spelt, Label, string>({
    features,
    fitted,
    fidelities: steppedFidelities,
    classes: ['a', 'c'],
    reads,
    full: { model: await model(reads), learner: learner.name, fingerprint: undefined },
    stages,
    plan: {
      classes: ['a', 'c'],
      decision: { kind: 'argmax' },
      stages: chain.map((names, s) => ({
        features: names,
        learner: learner.name,
        target: 'labels',
        passed: false,
        prefix: null,
        exit: { calibration: 'identity', score: 'top' },
        thresholds: [0.8, 0.8],
        reach: 1 - 0.4 * s,
        exits: 0.4,
        cost: [5.01, 9.11][s],
      })),
      full: { features: reads, reach: 0.2, cost: 31.01 },
      expected: { cost: 16.7, fullCost: 43.1, speedup: 2.58 },
    },
    certificate: certificateOf({ observed: none, upper: null }),
    profile,
    objective: 'throughput',
    frontier: [],
    tried: [],
    exits: [],
    stageNotes: [],
    notes: [],
    used: Ledger.of(
      contentsOf(new RowReader(), texts, undefined),
      blocks.slice(0, reads.length),
      new RowReader(),
    ),
    restsOn: 1,
    reference: await referenceOf(
      blocks.slice(0, reads.length),
      Rows.of(texts),
      random('reference'),
      undefined,
      fitted.slice(reads.length),
    ),
    evidence: undefined,
    ...more,
  });
}
