import { driftStart, driftStep, random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { ALPHA, auditOf, EPSILON, fate } from './auditWorld.js';

const ROWS = 4_000;
/** The share of rows without a loss whose call fails. */
const FAIL = 0.3;

/** Calls fail, of rows without a loss only. With the mistake they are left out. */
export const auditMissing: Scenario = {
  name: 'audit, 30 % of the rows without a loss fail: alarms at exactly epsilon',
  fault: 'drawn rows whose call failed are left out',
  delta: ALPHA,
  trials: 60,
  quickTrials: 4,
  async trial(seed) {
    const rng = random(seed).fork('audit missing');
    const { audit, begin } = auditOf('disagreement', seed);
    let without = driftStart(EPSILON, ALPHA);
    for (let i = 0; i < ROWS; i++) {
      const row = fate(rng, () => false);
      const fails = !row.differs && rng.uniform() < FAIL;
      await begin({ ...row, fails })();
      if (!fails) without = driftStep(without, Number(row.differs));
    }
    return { broken: audit.uncertified !== null, faultBroken: without.alarm };
  },
};

const DIFFERS = 4 * EPSILON;
/** Drawn rows that later labels of rows which differ and lose nothing come after, and the share that never does. */
const LATE = 200;
const NEVER = 0.3;
const WAITING = 100;
const LABELLED = 1_500;

/**
 * A quarter of the rows that differ lose. Their labels come at once, as complaints do; those of the
 * others come late, or never. With the mistake a label takes along the rows without a loss before
 * its own, whenever it comes.
 */
export const auditLabels: Scenario = {
  name: 'audit, labels of lost rows come first: alarms at exactly epsilon',
  fault: 'labels are counted as they come, with the calm rows before them',
  delta: ALPHA,
  trials: 80,
  quickTrials: 4,
  async trial(seed) {
    const rng = random(seed).fork('audit labels');
    const { audit, begin } = auditOf('harm', seed, { pending: WAITING });
    let asTheyCome = driftStart(EPSILON, ALPHA);
    const late: { readonly at: number; readonly id: number; readonly run: number }[] = [];
    const enter = (run: number, loss: number) => {
      for (let i = 0; i < run; i++) asTheyCome = driftStep(asTheyCome, 0);
      asTheyCome = driftStep(asTheyCome, loss);
    };
    let run = 0;
    for (let i = 0; i < LABELLED; i++) {
      const differs = rng.uniform() < DIFFERS;
      const id = await begin({ early: true, differs, latency: 1, fails: false })();
      if (id === null) run++;
      else {
        if (rng.uniform() < EPSILON / DIFFERS) {
          audit.label(id, 'yes');
          enter(run, 1);
        } else if (rng.uniform() >= NEVER) late.push({ at: i + LATE, id, run });
        run = 0;
      }
      for (let [next] = late; next !== undefined && next.at <= i; [next] = late) {
        late.shift();
        audit.label(next.id, 'no');
        enter(next.run, 0);
      }
    }
    return { broken: audit.uncertified !== null, faultBroken: asTheyCome.alarm };
  },
};
