import { Health } from '../../../cascades/internal.js';
import { type Random, random } from '../../../lib/stats/index.js';
import { PROBES, Probes } from '../../../serve/worker/hosting/probes.js';
import type { Scenario } from './scenario.js';

const EPSILON = 0.05;
const DELTA = 0.05;
/** The share of rows that leave early, and what one of them loses on average: together epsilon. */
const EARLY = 0.45;
const LOSS = EPSILON / EARLY;
const CALLS = 5_000;
/** Calls a minute. */
const RATE = 60;
/** The one-sided normal limit at delta. */
const LIMIT = 1.645;
/** Of the sum of losses less epsilon over all calls, if each began outside a spell. */
const SPREAD = LOSS * Math.sqrt(CALLS * EARLY * (1 - EARLY));

/** Whether the full model fails for the row of a call, by its content: nothing else does. */
export const FAILING = {
  /** Of two callers, one whose rows all fail. */
  caller: (_call: number, chance: Random) => chance.uniform() < 0.5,
  /** One that comes in bursts. */
  bursts: (call: number) => call % 50 < 30,
  /** Few rows of everybody's. */
  few: (_call: number, chance: Random) => chance.uniform() < 0.1,
};

/** What a call of one row comes to: `probe` says whether its row was to be answered by the full model. */
interface Spells {
  /** Known before anything is known of the row. */
  probes(call: number): boolean;
  /** @returns whether the answer is outside the promise */
  ended(call: number, row: 'early' | 'full' | 'lost', probe: boolean): boolean;
}

const NO_PATIENCE = Number.POSITIVE_INFINITY;
const DOWN = new Error('no such number');

/** The library's: the next row is the probe. */
export function byNextRow(): Spells {
  const health = new Health(1);
  let now = 0;
  const probes = new Probes(PROBES, () => now);
  return {
    probes: (call) => {
      now = (60_000 / RATE) * call;
      return health.isFailing(NO_PATIENCE) && probes.isDue;
    },
    ended: (_call, row, probe) => {
      const isOutside = outsideBy(health, row);
      if (probe) probes.run(() => answerOf(row), 1);
      return isOutside;
    },
  };
}

/** After each fault the full model answers a row of the file, which never fails: that ends the spell. */
export function byOwnRow(): Spells {
  const health = new Health(1);
  return {
    probes: () => false,
    ended: (_call, row) => {
      const isOutside = outsideBy(health, row);
      if (health.isFailing(NO_PATIENCE)) outsideBy(health, 'full');
      return isOutside;
    },
  };
}

function outsideBy(health: Health, row: 'early' | 'full' | 'lost'): boolean {
  const begun = health.begin(NO_PATIENCE);
  const hasLost = row === 'lost';
  if (hasLost) health.failed(NO_PATIENCE, DOWN);
  return health.isOutside(begun, NO_PATIENCE, { hasLost, full: Number(row === 'full'), rows: 1 });
}

function answerOf(row: 'early' | 'full' | 'lost') {
  return {
    answers: new Float64Array(1),
    scores: new Float64Array(0),
    exits: Uint8Array.of(Number(row === 'full')),
    degraded: Uint8Array.of(Number(row === 'lost')),
    verdict: '',
  };
}

/** Losses of the answers called certified: expected of each row, since the world's law is known. */
export function lossOfCertified(kind: keyof typeof FAILING, spells: Spells, chance: Random) {
  let [lost, certified] = [0, 0];
  for (let call = 0; call < CALLS; call++) {
    const probe = spells.probes(call);
    const leaves = chance.uniform() < EARLY;
    const fails = FAILING[kind](call, chance);
    const isEarly = leaves && !probe;
    if (spells.ended(call, isEarly ? 'early' : fails ? 'lost' : 'full', probe)) continue;
    certified++;
    if (isEarly) lost += LOSS;
  }
  return { certified, isBroken: lost > EPSILON * (certified + 1) + LIMIT * SPREAD };
}

/** Callers whose rows fail by their content, so that spells begin all the time. */
export const failingCallers: Scenario = {
  name: 'certified answers keep epsilon where rows fail by their content, and probes end spells',
  fault: "the probe is a row of the file's own",
  delta: DELTA,
  trials: 100,
  quickTrials: 10,
  async trial(seed) {
    const kind = seed % 2 === 0 ? 'caller' : 'bursts';
    const isBroken = (spells: Spells) => lossOfCertified(kind, spells, random(seed)).isBroken;
    return { broken: isBroken(byNextRow()), faultBroken: isBroken(byOwnRow()) };
  },
};
