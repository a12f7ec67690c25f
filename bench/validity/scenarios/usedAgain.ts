import { UsedRows } from '../../../index.js';
import type { Scenario } from './scenario.js';
import { EPSILON, once, rowsOf, trueLoss, tuneOn } from './worldCascade.js';

/** Plans by hand, each certified through the original cascade. */
const CALLS = 20;
const TUNED = 600;
const FRESH = 320;
/** Fresh rows are each trial's own, so one cascade serves all trials of a process. */
const tuned = once(() => tuneOn(rowsOf(TUNED, 3_000_000), { bound: { epsilon: 0.1, delta: 0.05 } }));

/**
 * Plans by hand, each of which loses a little more than epsilon, are certified through the original object on the same fresh
 * rows until one passes. Each plan's test is valid alone.
 */
export const usedAgain: Scenario = {
  name: 'fresh rows are used once by all cascades of a lineage',
  fault: 'fresh rows used again through the original cascade',
  delta: 0.05,
  trials: 250,
  quickTrials: 120,
  async trial(seed) {
    const cascade = await tuned();
    const rows = rowsOf(FRESH, 9_000_000 + seed);
    // The path begins with the full model alone.
    const plan = cascade.path.find(({ stages }) => stages.length > 0);
    if (plan === undefined) return { broken: false, faultBroken: false };
    const search = async (repeats: boolean) => {
      for (let call = 0; call < CALLS; call++) {
        try {
          const again = await cascade.certify(planAt(plan, call), {
            rows: repeats ? rows.map((row) => ({ ...row })) : rows,
            epsilon: EPSILON,
            repeats,
          });
          if (again.certificate.verdict === 'certified' && trueLoss(again.plan) > EPSILON) return true;
        } catch (error) {
          if (!(error instanceof UsedRows)) throw error;
        }
      }
      return false;
    };
    // Copies declared as repeats count as new draws: the fault is that used rows are forgotten.
    return { broken: await search(false), faultBroken: await search(true) };
  },
};

/** Plans that lose just more than epsilon, each on other rows: of every class a threshold of its own. */
function planAt<
  P extends { readonly stages: readonly { readonly thresholds: readonly (number | null)[] }[] },
>(plan: P, call: number): P {
  const share = call / (CALLS - 1);
  // A class exits from u = 2 (1 - threshold) on and loses u² / 4 of its half of the rows.
  const most = 4 * 1.005 * EPSILON;
  const [no, yes] = [most * 2 * share, most * 2 * (1 - share)].map(
    (u2) => 1 - Math.min(1, Math.sqrt(u2)) / 2,
  );
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, thresholds: [no, yes] })) };
}
