import { agreementWorld } from '../../../datasets/index.js';
import { define, dense, gradientBoosting, type Label, tune, UsedRows } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';
import { EPSILON, rowsOf, trueLoss, tuneOn } from './worldCascade.js';

/**
 * Rows whose two features barely predict their labels, so that models which memorize rows look far
 * better than they are.
 */
interface NoisyRow {
  readonly x: number;
  readonly y: number;
  readonly label: Label;
}

const LIMIT = 0.1;

function noisyRows(count: number, seed: number): NoisyRow[] {
  const draw = random(seed).fork('noisy rows');
  return Array.from({ length: count }, () => {
    const [x, y] = [draw.uniform(), draw.uniform()];
    return { x, y, label: draw.uniform() < 0.25 + 0.5 * Number(y > 0.5) ? 'yes' : 'no' };
  });
}

const column = (of: (row: NoisyRow) => number) =>
  dense(1, (rows: readonly NoisyRow[]) => Float32Array.from(rows, of));
const features = define({ x: column(({ x }) => x), y: column(({ y }) => y) });
const boosted = gradientBoosting({ rounds: 30, maxLeaves: 31, minRows: 1, learningRate: 0.5 });

async function disagrees(rows: readonly NoisyRow[], fresh: readonly NoisyRow[], seed: number, more: object) {
  const cost = (perRow: number) => ({
    cost: { fixed: 0, perRow, growth: 0, wait: 0, price: 0, spread: 0 },
    entries: 1,
    reads: [],
  });
  const cascade = await tune({
    features,
    rows,
    labels: rows.map(({ label }) => label),
    full: boosted,
    profile: {
      features: { x: cost(1), y: cost(1_000) },
      transforms: {},
      models: { [boosted.name]: { fixed: 0, perRow: 0.01, perEntry: 0 } },
      full: { ...cost(0.02).cost },
    },
    bound: { loss: 'disagreement', epsilon: LIMIT, delta: 0.05 },
    split: { folds: 2 },
    seed,
    ...more,
  });
  if (cascade.certificate.verdict !== 'certified') return false;
  const [{ labels }, full] = [await cascade.predict(fresh), await cascade.full.predict(fresh)];
  return labels.filter((label, row) => label !== full.labels[row]).length > 1.2 * LIMIT * fresh.length;
}

/** Each row given three times: copies on both sides of the split make memory look like skill. */
export const threeTimes: Scenario = {
  name: 'rows given three times count once',
  fault: 'equal rows on both sides of the split',
  delta: 0.05,
  trials: 16,
  quickTrials: 4,
  async trial(seed) {
    const rows = noisyRows(150, seed).flatMap((row) => [row, { ...row }, row]);
    const fresh = noisyRows(1_000, 7_000_000 + seed);
    return {
      broken: await disagrees(rows, fresh, seed, {}),
      faultBroken: await disagrees(rows, fresh, seed, { repeats: true }),
    };
  },
};

/** Certification rows that are the rows to tune on. */
export const tunedOn: Scenario = {
  name: 'rows to tune on certify nothing',
  fault: 'the same rows to tune and to certify on',
  delta: 0.05,
  trials: 16,
  quickTrials: 4,
  async trial(seed) {
    const rows = noisyRows(250, seed);
    const fresh = noisyRows(1_000, 7_000_000 + seed);
    const labels = rows.map(({ label }) => label);
    const attempt = async (repeats: boolean) => {
      try {
        return await disagrees(rows, fresh, seed, {
          certify: { rows: structuredClone(rows), labels, repeats },
        });
      } catch (error) {
        if (error instanceof UsedRows) return false;
        throw error;
      }
    };
    return { broken: await attempt(false), faultBroken: await attempt(true) };
  },
};

/** Copies of each draw, and draws of different numbers of copies: the certificate counts draws. */
export const copiesCount: Scenario = {
  name: 'copies of certification rows count once',
  fault: 'each copy of a certification row counted as a draw',
  delta: 0.05,
  trials: 80,
  quickTrials: 30,
  async trial(seed) {
    const rows = rowsOf(500, seed);
    const fresh = agreementWorld({ rows: 160, seed: 4_000_000 + seed }).rows.flatMap((row) =>
      Array.from({ length: 10 }, () => ({ ...row })),
    );
    const attempt = async (repeats: boolean) => {
      const { certificate, plan } = await tuneOn(rows, { seed, certify: { rows: fresh, repeats } });
      return certificate.verdict === 'certified' && trueLoss(plan) > EPSILON;
    };
    return { broken: await attempt(false), faultBroken: await attempt(true) };
  },
};
