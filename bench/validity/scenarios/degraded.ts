import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import type { TrainedModel } from '../../../entries/full.js';
import { type Cascade, define, dense, type Profile, tune } from '../../../index.js';
import type { Scenario } from './scenario.js';

type Features = 'cheap' | 'costly';
type Served = Cascade<AgreementRow, 'no' | 'yes', Features>;

const EPSILON = 0.05;
const FRESH = 2_000;
/**
 * Bounds of the phases among the fresh rows: before, while the full model's feature is down, while
 * it fails now and then, and after.
 */
const DOWN = [0.1, 0.7];
const FLICKERS = [0.7, 0.9];
/** How often it fails then. */
const FLICKER = 0.3;

const FREE = { fixed: 0, perRow: 0, growth: 0, wait: 0, spread: 0, price: 0 };
const profile: Profile<Features> = {
  features: {
    cheap: { cost: { ...FREE, perRow: 1 }, entries: 1, reads: [] },
    costly: { cost: { ...FREE, perRow: 100 }, entries: 1, reads: [] },
  },
  transforms: {},
  models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
  full: { ...FREE, perRow: 0.02 },
};

/**
 * The feature that only the full model reads fails for most of the time, and rows come one after
 * the other or two at a time; rows that need it throw or are degraded. Among answers called
 * certified the loss is at most epsilon.
 */
export const degraded: Scenario = {
  name: 'certified answers keep epsilon while the full model is down',
  fault: 'answers that needed nothing which failed keep the verdict',
  delta: 0.05,
  trials: 60,
  quickTrials: 4,
  async trial(seed) {
    const outage = { fails: false };
    const cascade = await tuned(seed, outage);
    const { rows } = agreementWorld({ rows: FRESH, seed: seed + 0.5e9 });
    let [broken, faultBroken] = [false, false];
    for (const size of [1, 2]) {
      for (const onFault of ['throw', 'degrade'] as const) {
        const lost = await served(cascade, rows, { size, onFault, outage, seed });
        broken ||= lost.certified > EPSILON;
        faultBroken ||= lost.survivors > EPSILON;
      }
    }
    return { broken, faultBroken };
  },
};

function tuned(seed: number, outage: { fails: boolean }): Promise<Served> {
  const { rows } = agreementWorld({ rows: 1_200, seed });
  const features = define({
    cheap: dense(1, (batch: readonly AgreementRow[]) => Float32Array.from(batch, ({ cheap }) => cheap)),
    costly: dense(1, (batch: readonly AgreementRow[]) => {
      if (outage.fails) throw new Error('down');
      return Float32Array.from(batch, ({ costly }) => costly);
    }),
  });
  const full: TrainedModel<'no' | 'yes'> = {
    name: 'full',
    labels: ['no', 'yes'],
    reads: ['costly'],
    classes: 2,
    score: ([block], out) => {
      block.values.forEach((value, row) => {
        out[2 * row] = Number(value < 0);
        out[2 * row + 1] = Number(value >= 0);
      });
    },
    state: { json: null, tensors: {} },
  };
  return tune({ features, rows, full, profile, bound: { epsilon: EPSILON }, seed });
}

/** That the full model's answer is the other one, by the world's law. */
function chanceOfLoss({ cheap }: AgreementRow): number {
  return 1 / (1 + Math.exp(Math.abs(cheap)));
}

/** Mean losses of answers called certified, and of all answers that aren't degraded themselves. */
async function served(
  cascade: Served,
  rows: readonly AgreementRow[],
  how: { size: number; onFault: 'throw' | 'degrade'; outage: { fails: boolean }; seed: number },
): Promise<{ certified: number; survivors: number }> {
  const { size, onFault, outage } = how;
  const certified = new Mean();
  const survivors = new Mean();
  let chance = how.seed;
  for (let from = 0; from < rows.length; from += size) {
    const at = from / rows.length;
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
    const flickers = at >= FLICKERS[0] && at < FLICKERS[1] && chance / 2 ** 32 < FLICKER;
    outage.fails = flickers || (at >= DOWN[0] && at < DOWN[1]);
    const batch = rows.slice(from, from + size);
    try {
      const answers = await answered(cascade, batch, onFault);
      answers.exits.forEach((exit, i) => {
        if (answers.degraded[i] === 1) return;
        const loss = exit === cascade.plan.stages.length ? 0 : chanceOfLoss(batch[i]);
        survivors.add(loss);
        if (answers.verdict === 'certified') certified.add(loss);
      });
    } catch {
      // Lost, as their caller knows.
    }
  }
  outage.fails = false;
  return { certified: certified.value, survivors: survivors.value };
}

async function answered(cascade: Served, batch: AgreementRow[], onFault: 'throw' | 'degrade') {
  if (batch.length > 1) return cascade.predict(batch, { onFault });
  const { exit, degraded: flag, verdict } = await cascade.predictOne(batch[0], { onFault });
  return { exits: [exit], degraded: [Number(flag)], verdict };
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
  }

  get value(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}
