import { certifyPath } from '../../../cascades/certification/index.js';
import type { UnitSample } from '../../../cascades/holdout/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import { eitherWay } from '../../../cascades/problem/index.js';
import { consecutive } from '../../../lib/data/blocks/index.js';
import { type Equals, equalsOf, oneOfEach } from '../../../lib/data/rows/index.js';
import { type Random, random, sample, sampleGroups } from '../../../lib/stats/index.js';
import { type Drawn, drawRepeated, type RepeatedRows, trueLossOf } from '../repeatedRows.js';
import type { Scenario } from './scenario.js';

const SHARE = 0.4;
const SPEC: BoundSpec = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 };
/** The plan on trial loses so many times epsilon. */
const OVER = 1.001;

/** Which rows were tuned on and which certify, by the library or by a mistake. */
export interface Design {
  readonly certify: Int32Array;
  readonly samples?: readonly UnitSample[] | undefined;
  readonly isTuned: (row: number) => boolean;
}

export type Split = (equals: Equals, keys: Float64Array, share: number, random: Random) => Design;

/** As `tune` splits them. */
export const asTuned: Split = (equals, keys, share, chance) => {
  const { certify, samples, apart } = eitherWay({ equals, keys, share, random: chance });
  return { certify, samples, isTuned: (row) => apart[row] === 0 };
};

/** As `tune` does with `repeats: 'copies'`: by sets of equal rows, one of each. */
export const oneOfEachSet: Split = (equals, keys, share, chance) => {
  const { certify, samples, isTuned } = bySets(equals, keys, share, chance);
  return { certify, samples: samples?.slice(1), isTuned };
};

/** By sets of equal rows, all of which count: popular values weigh in full, though tuning never saw them. */
const bySets: Split = (equals, keys, share, chance) => {
  const sets = Math.round((keys.length - equals.copies) * share);
  return splitAt(sampleGroups(equals.first, sets, chance), keys, chance);
};

/** Row by row, each a draw of its own. */
export const byRows: Split = (_, keys, share, chance) => {
  const { certify, isTuned } = splitAt(
    sample(keys.length, Math.round(share * keys.length), chance),
    keys,
    chance,
  );
  return { certify, isTuned };
};

/** Row by row, with a second test of the rows that equal none that was tuned on. */
const untunedRows: Split = (equals, keys, share, chance) => {
  const { certify, isTuned } = byRows(equals, keys, share, chance);
  const tuned = new Set(keys.filter((_, row) => isTuned(row)));
  const rows = consecutive(0, certify.length).filter((i) => !tuned.has(keys[certify[i]]));
  return { certify, isTuned, samples: [{}, { rows }] };
};

function splitAt(certify: Int32Array, keys: Float64Array, chance: Random): Design {
  const drawn = new Set(certify);
  const equals = equalsOf(Float64Array.from(certify, (row) => keys[row]));
  return { certify, samples: [{}, { rows: oneOfEach(equals, chance) }], isTuned: (row) => !drawn.has(row) };
}

/** Whether a plan that truly loses too much passes: the one whose loss is least above epsilon. */
function breaks(
  { world, share = SHARE, epsilon = SPEC.epsilon }: OnTrial,
  drawn: Drawn,
  split: Split,
  chance: Random,
  among: OnTrial['among'],
): boolean {
  const spec = { ...SPEC, epsilon };
  const plan = { world, loss: OVER * epsilon, among };
  return isCertified(plan, drawn, split(equalsOf(drawn.values), drawn.values, share, chance), spec, chance);
}

/**
 * Whether a design certifies the plan that truly loses so much.
 *
 * @param plan its world, and its loss among all rows or those that weren't tuned on
 */
export function isCertified(
  { world, loss, among }: Pick<OnTrial, 'world' | 'among'> & { readonly loss: number },
  drawn: Drawn,
  { certify, samples, isTuned }: Design,
  spec: BoundSpec,
  chance: Random,
): boolean {
  const { values, sure, isWrong } = drawn;
  const tuned = new Set(values.filter((_, row) => isTuned(row)));
  const lossFrom = (from: number) => trueLossOf(world, drawn, (value) => tuned.has(value), from, among);
  const from = mostWith(lossFrom, loss);
  if (from === undefined) return false;
  const of = (value: (value: number) => number) => Float64Array.from(certify, (row) => value(values[row]));
  const full = of((value) => Number(!isWrong[value] || (world.memory && tuned.has(value))));
  const stage = {
    answers: of(() => 1),
    confidence: of((value) => sure[value]),
    loss: new Float64Array(certify.length),
  };
  const table = { stages: [stage], full, labels: undefined, groups: undefined, samples, classes: [0, 1] };
  const path = [[Float64Array.of(Number.POSITIVE_INFINITY, from)]];
  return certifyPath(path, table, spec, chance).step === 0;
}

/** The score from which on the loss is least above a limit: losses fall as it grows. */
function mostWith(lossFrom: (from: number) => number, limit: number): number | undefined {
  let [over, under] = [0, 1];
  if (lossFrom(over) < limit) return undefined;
  for (let step = 0; step < 40; step++) {
    const middle = (over + under) / 2;
    if (lossFrom(middle) >= limit) over = middle;
    else under = middle;
  }
  return over;
}

interface OnTrial {
  readonly name: string;
  readonly fault: string;
  readonly world: RepeatedRows;
  readonly wrong: Split;
  /** The share of rows for the certificate. */
  readonly share?: number;
  /** @defaultValue .05 */
  readonly epsilon?: number;
  /** What the mistake was to promise. */
  readonly among?: 'all' | 'untuned' | undefined;
}

function scenarioOf(trial: OnTrial): Scenario {
  const { name, fault, world, wrong, among } = trial;
  return {
    name,
    fault,
    delta: SPEC.delta,
    trials: 600,
    quickTrials: 200,
    async trial(seed) {
      const chance = random(seed).fork(name);
      const drawn = drawRepeated(world, chance.fork('rows'));
      return {
        broken: breaks(trial, drawn, asTuned, chance.fork('design'), 'all'),
        faultBroken: breaks(trial, drawn, wrong, chance.fork('wrong design'), among),
      };
    },
  };
}

/** One value has 30 % of the rows, and the stage never gets it right. */
const popularValue: OnTrial = {
  name: 'rows that repeat: one value of 30 % of the rows, over all rows',
  fault: 'a split by sets of equal rows, which all count',
  world: {
    draws: 2_000,
    popular: { values: 1, share: 0.3, error: 1 },
    kinds: [{ share: 1, error: 0.1, copies: 1 }],
    memory: false,
  },
  wrong: bySets,
};

/** Most rows are of values that a model memorises. */
const popularValues: OnTrial = {
  name: 'rows that repeat: 1,600 values that a model memorises, over all rows',
  fault: 'a split by sets of equal rows, which all count, for rows that equal none that was tuned on',
  world: {
    draws: 4_000,
    popular: { values: 1_600, share: 0.8, error: 0 },
    kinds: [{ share: 1, error: 0.2, copies: 1 }],
    memory: true,
  },
  wrong: bySets,
  share: 0.1,
  among: 'untuned',
};

const thrice: OnTrial = {
  name: 'rows that repeat: three copies of each, over originals',
  fault: 'a split row by row, each a draw of its own',
  world: { draws: 1_000, kinds: [{ share: 1, error: 0.2, copies: 3 }], memory: true },
  wrong: byRows,
};

const copiesByClass: OnTrial = {
  name: 'rows that repeat: one class given ten times, over originals',
  fault: 'a split row by row, and a test of the certification rows that equal no row tuned on',
  world: {
    draws: 1_500,
    kinds: [
      { share: 0.9, error: 0.01, copies: 1 },
      { share: 0.1, error: 0.9, copies: 10 },
    ],
    memory: true,
  },
  wrong: untunedRows,
};

const fewCopies: OnTrial = {
  name: 'rows that repeat: few copies, all of one class, over originals',
  fault: 'a split row by row, and a test of the certification rows that equal no row tuned on',
  world: {
    draws: 2_000,
    kinds: [
      { share: 0.985, error: 0.06, copies: 1 },
      { share: 0.015, error: 0.95, copies: 10 },
    ],
    memory: true,
  },
  wrong: untunedRows,
};

/** So small a table that some values have too many copies to be held, and count as lost. */
const fewRows: OnTrial = {
  name: 'rows that repeat: some 120 rows, of values given ten and thirty times, over originals',
  fault: 'a split row by row, and a test of the certification rows that equal no row tuned on',
  world: {
    draws: 60,
    kinds: [
      { share: 0.9, error: 0.2, copies: 1 },
      { share: 0.08, error: 0.95, copies: 10 },
      { share: 0.02, error: 0.95, copies: 30 },
    ],
    memory: true,
  },
  wrong: untunedRows,
  epsilon: 0.2,
};

/** Judged by what each reading promises: over all rows where these are independent draws, over originals where they are copies. */
export const repeats: readonly Scenario[] = [
  popularValue,
  popularValues,
  thrice,
  copiesByClass,
  fewCopies,
  fewRows,
].map(scenarioOf);

/** The same in small tables, where a share that is drawn isn't a coin each, and in large ones. */
export const repeatsBySize: readonly Scenario[] = [600, 3_000, 20_000].flatMap((rows) =>
  [popularValue, thrice, copiesByClass].map((trial) => {
    const { kinds } = trial.world;
    const draws = Math.round(rows / kinds.reduce((sum, { share, copies }) => sum + share * copies, 0));
    return scenarioOf({ ...trial, name: `${trial.name}, ${rows} rows`, world: { ...trial.world, draws } });
  }),
);

/**
 * Rows of a popular value are draws, and others are copies: neither reading holds. The copies make the value rare among rows,
 * and among different rows it is one.
 */
export const mixture = scenarioOf({
  name: 'rows that repeat: draws of one value, and copies of others, over draws',
  fault: 'a split by sets of equal rows, which all count',
  world: {
    draws: 1_500,
    popular: { values: 1, share: 0.055, error: 1 },
    kinds: [
      { share: 0.9, error: 0, copies: 1 },
      { share: 0.1, error: 0, copies: 10 },
    ],
    memory: false,
  },
  wrong: bySets,
});
