import { type BatchOptions, UsedRows } from '../../../index.js';
import { unclaimed } from '../../harness/parts.js';
import type { Scenario } from './scenario.js';
import { once, rowsOf, tuneOn } from './worldCascade.js';

const TUNED = 800;
const BATCH = 600;
const LIMIT = 0.05;
/** A few more than the 30 that may be: whoever certifies it with five errors found, or fewer, is wrong. */
const WRONG = 36;
const SAMPLES = Array.from({ length: 15 }, (_, i) => 60 + 10 * i);
const tuned = once(() => tuneOn(rowsOf(TUNED, 12), { bound: { epsilon: 0.05, delta: 0.05 } }));

/**
 * A batch with a little more wrong answers than are allowed, each as sure as the right ones, is certified with larger
 * and larger samples until one passes. Each claim is valid alone.
 */
export const grownBatch: Scenario = {
  name: 'a batch has one claim, however its sample grows',
  fault: 'a batch grown until it passes, by a cascade that forgets its claims',
  delta: 0.05,
  trials: 200,
  quickTrials: 80,
  async trial(seed) {
    const cascade = await tuned();
    const rows = rowsOf(BATCH, 7_000_000 + seed).map((row, i) => ({
      ...row,
      cheap: Math.sign(row.costly) * (i < WRONG ? -12 : 12),
    }));
    const right = rows.map(({ costly }) => (costly > 0 ? 'yes' : 'no'));
    const isBroken = async (by: typeof cascade, options: BatchOptions) => {
      const { labels, verdict } = await by.certifyBatch(rows, options);
      const wrong = labels.filter((label, row) => label !== right[row]).length;
      return verdict === 'certified' && wrong > LIMIT * BATCH;
    };
    const search = async (next: () => typeof cascade) => {
      for (const sample of SAMPLES) {
        const draw = { epsilon: LIMIT, sample, seed: `${seed}, ${sample}` };
        try {
          if (await isBroken(next(), draw)) return true;
        } catch (error) {
          if (!(error instanceof UsedRows)) throw error;
        }
      }
      return false;
    };
    const own = unclaimed(cascade);
    return { broken: await search(() => own), faultBroken: await search(() => unclaimed(cascade)) };
  },
};
