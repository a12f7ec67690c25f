import { mean, standardDeviation } from 'simple-statistics';
import type { TrainedModel } from '../../../entries/full.js';
import {
  define,
  dense,
  type Feature,
  logisticRegression,
  transform,
  tune,
  UnstableFeature,
} from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { declaredProfile } from '../../harness/declared.js';
import type { Outcome, Scenario } from './scenario.js';

interface Point {
  /** Uninformative; most informative; read by the full model. */
  readonly idle: number;
  readonly near: number;
  readonly costly: number;
}

type Compute = (rows: readonly Point[]) => Float32Array;
type Features = Readonly<Record<'cheap' | 'costly', Feature<Point>>>;

/** The features of a trial, and hooks for when the cascade is made and serves. */
interface World {
  readonly features: Features;
  readonly serve?: () => void;
}

const [EPSILON, DELTA, ROWS, FRESH] = [0.05, 0.05, 1_000, 400];
/**
 * Far above epsilon: this many of 400 rows differ by chance with probability below one in a
 * thousand.
 */
const BROKEN = 0.09;

/** Says yes where the costly number is above -.8: of four rows in five. */
const full: TrainedModel<'no' | 'yes'> = {
  name: 'sign',
  labels: ['no', 'yes'],
  classes: 2,
  reads: ['costly'],
  score([{ values, rows }], out) {
    for (let row = 0; row < rows; row++) {
      const yes = 1 / (1 + Math.exp(-8 * (values[row] + 0.8)));
      out[2 * row] = 1 - yes;
      out[2 * row + 1] = yes;
    }
  },
};

const profile = declaredProfile({ cheap: 1, costly: 100 }, 1);

function pointsOf(count: number, seed: number): Point[] {
  const stream = random(seed).fork('points');
  return Array.from({ length: count }, () => {
    const costly = stream.normal();
    return { idle: stream.normal(), near: costly + 0.2 * stream.normal(), costly };
  });
}

const idleOf: Compute = (rows) => Float32Array.from(rows, ({ idle }) => idle);
const nearOf: Compute = (rows) => Float32Array.from(rows, ({ near }) => near);
const costlyOf: Compute = (rows) => Float32Array.from(rows, ({ costly }) => costly);

/** Whether the certified cascade differs from the full model, row by row, more than allowed. */
async function broke({ features, serve }: World, seed: number): Promise<boolean> {
  try {
    const cascade = await tune({
      features: define<Point, 'cheap' | 'costly'>(features),
      rows: pointsOf(ROWS, seed),
      full,
      approximate: logisticRegression(),
      bound: { loss: 'disagreement', epsilon: EPSILON, delta: DELTA },
      profile,
      seed,
    });
    if (cascade.certificate.verdict !== 'certified') return false;
    serve?.();
    let differ = 0;
    for (const row of pointsOf(FRESH, -1 - seed)) {
      const [own, whole] = [await cascade.predictOne(row), await cascade.full.predictOne(row)];
      differ += Number(own.label !== whole.label);
    }
    return differ / FRESH > BROKEN;
  } catch (error) {
    if (error instanceof UnstableFeature) return false;
    throw error;
  }
}

/** @param before the faulty version: `live` disables comparisons, as before they existed */
function scenario(
  name: string,
  fault: string,
  now: (seed: number) => World,
  before: (seed: number) => World,
): Scenario {
  return {
    name,
    fault,
    delta: DELTA,
    trials: 8,
    quickTrials: 3,
    async trial(seed): Promise<Outcome> {
      return { broken: await broke(now(seed), seed), faultBroken: await broke(before(seed), seed) };
    },
  };
}

const unseen = { live: true } as const;

/** The front of an array that others write to as well. */
function into(scratch: Float32Array, compute: Compute): Compute {
  return (rows) => {
    scratch.set(compute(rows));
    return scratch.subarray(0, rows.length);
  };
}

/**
 * Computed together, the later feature's values go to both features; a stage reads the first alone.
 */
function shared(): World {
  let isServing = false;
  return {
    features: {
      cheap: dense(1, (rows: readonly Point[]) => (isServing ? idleOf(rows) : costlyOf(rows)), unseen),
      costly: dense(1, costlyOf),
    },
    serve: () => {
      isServing = true;
    },
  };
}

const scaled: Compute = (rows) => {
  const values = nearOf(rows);
  const centre = mean([...values]);
  const spread = standardDeviation([...values]);
  // A row by itself is 0, which is surely a yes.
  return values.map((x) => (x - centre) / (spread || 1));
};

/** The input of both features has fresh noise each time it is read. */
function noisy(seed: number, declared: typeof unseen | object): Features {
  const stream = random(seed).fork('chance');
  const drawn = transform((row: Point) => row.costly + 0.5 * stream.normal());
  const of = (values: readonly number[]) => Float32Array.from(values);
  return { cheap: dense(1, drawn, of, declared), costly: dense(1, drawn, of, declared) };
}

export const sameRow: readonly Scenario[] = [
  scenario(
    'what shares a scratch array in tuning is served as it was certified',
    'two features that share a scratch array are certified',
    () => {
      const scratch = new Float32Array(2_048);
      return {
        features: { cheap: dense(1, into(scratch, idleOf)), costly: dense(1, into(scratch, costlyOf)) },
      };
    },
    shared,
  ),
  scenario(
    'what is scaled within a batch is served to single rows as it was certified',
    'z-scores within the batch are certified',
    () => ({ features: { cheap: dense(1, scaled), costly: dense(1, costlyOf) } }),
    () => ({ features: { cheap: dense(1, scaled, unseen), costly: dense(1, costlyOf) } }),
  ),
  scenario(
    'what is drawn by chance is served as it was certified',
    'Math.random() in what features read is certified',
    (seed) => ({ features: noisy(seed, {}) }),
    (seed) => ({ features: noisy(seed, unseen) }),
  ),
];
