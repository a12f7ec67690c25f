import { random } from '../../../../lib/stats/index.js';
import type { Scenario } from '../scenario.js';
import { ALPHA, auditOf, type Fate, fate, Traffic } from './auditWorld.js';

const IN_FLIGHT = 50;
const ROWS = 1_000;

/** Rows that differ take longer, and 50 calls are in flight. With the mistake, rows are drawn as their calls end. */
export const auditOrder: Scenario = {
  name: 'audit, 50 calls in flight, rows that differ are slower: alarms at exactly epsilon',
  fault: 'drawn rows are counted as their calls end',
  delta: ALPHA,
  trials: 80,
  quickTrials: 4,
  async trial(seed) {
    const rng = random(seed).fork('audit order');
    const rows = Array.from({ length: ROWS }, () => fate(rng, ({ differs }) => differs));
    const { audit, inEnding } = await served(rows, seed, {});
    return { broken: audit.uncertified !== null, faultBroken: inEnding.uncertified !== null };
  },
};

/** Rows that don't leave early take longer. Every row counts here. */
export const auditExits: Scenario = {
  name: 'audit of exits, 50 calls in flight, 70 % early exits: alarms at the planned shares',
  fault: 'calls are counted as they end',
  delta: 0.01,
  trials: 80,
  quickTrials: 4,
  async trial(seed) {
    const rng = random(seed).fork('audit exits');
    const rows = Array.from({ length: ROWS }, () => fate(rng, ({ early }) => !early));
    const { audit, inEnding } = await served(rows, seed, { exits: { alpha: 0.01 } });
    const alarmed = ({ state }: typeof audit) => state.exits?.alarm === true;
    return { broken: alarmed(audit), faultBroken: alarmed(inEnding) };
  },
};

/** The audit of rows whose calls overlap, and one that gets each row only when its call is over. */
async function served(rows: readonly Fate[], seed: number, options: Parameters<typeof auditOf>[2]) {
  const [honest, planted] = [0, 1].map(() => auditOf('disagreement', seed, options));
  const traffic = new Traffic(IN_FLIGHT);
  for (const row of rows) {
    await traffic.add(row.latency, () => {
      const end = honest.begin(row);
      return async () => {
        await end();
        await planted.begin(row)();
      };
    });
  }
  await traffic.drain();
  return { audit: honest.audit, inEnding: planted.audit };
}
