import { anyChoice } from '../../../../cascades/certification/index.js';
import { random } from '../../../../lib/stats/index.js';
import type { Overload } from '../../../../serve/scheduling/index.js';
import type { Scenario } from '../scenario.js';
import { modesOn } from './modes.js';
import { answeredRows, type Caller } from './servedCallers.js';

const DELTA = 0.05;
const ROWS = 10_000;
const EPSILONS = [0.02, 0.05];
/** Losses of the plans of the path: the boldest within an epsilon is nearly always certified for it. */
const LOSSES = [0.005, 0.01, 0.016, 0.024, 0.03, 0.035, 0.04, 0.044];

function modesAt(seed: number) {
  return modesOn(ROWS, LOSSES, EPSILONS, DELTA, random(seed).fork('modes by caller'));
}

interface World {
  readonly callers: readonly [Caller, Caller];
  /** The first caller's rows lose this much more than all rows do on average, and the other's less. */
  readonly harder: number;
}

/** What a policy does in a world: whether a mode loses more than its own epsilon of what it answered, and all of them together. */
async function serving(
  { callers, harder }: World,
  modes: ReturnType<typeof modesOn>,
  overload: Overload,
  seed: number,
) {
  const total = callers.map(({ rates }) => rates.reduce((sum, rate) => sum + rate, 0));
  const share = total[0] / (total[0] + total[1]);
  const factors = [harder, (1 - share * harder) / (1 - share)];
  const counts = await answeredRows(callers, overload, random(seed).fork('load'));
  const lost = modes.map(({ loss }, m) =>
    counts.reduce((sum, answered, c) => sum + answered[m] * factors[c] * loss, 0),
  );
  const rows = modes.map((_, m) => counts.reduce((sum, answered) => sum + answered[m], 0));
  const all = lost.reduce((sum, each) => sum + each, 0) / rows.reduce((sum, each) => sum + each, 0);
  const together = anyChoice(modes.map(({ certificate }) => certificate));
  return {
    isModeBroken: modes.some(({ certificate: { epsilon } }, m) => rows[m] > 0 && lost[m] / rows[m] > epsilon),
    isTogetherBroken: together === null || all > together.epsilon,
  };
}

/** Whoever comes next doesn't depend on what came before, and the core has a fifth too much to do. */
const STEADY: World = {
  callers: [{ rates: [0.84, 0.84, 0.84, 0.84, 0.84, 0.84] }, { rates: [0.36, 0.36, 0.36, 0.36, 0.36, 0.36] }],
  harder: 1.4,
};

export const modesByBacklog: Scenario = {
  name: 'each mode keeps its epsilon where one of two callers sends 70 % of the rows, harder ones',
  fault: 'the mode follows the backlog of the caller',
  delta: DELTA,
  trials: 60,
  quickTrials: 3,
  async trial(seed) {
    const modes = modesAt(seed);
    const byModel = await serving(STEADY, modes, 'degrade', seed);
    const byCaller = await serving(STEADY, modes, 'degrade-over-share', seed);
    return { broken: byModel.isModeBroken, faultBroken: byCaller.isModeBroken };
  },
};

/** The first caller's bursts make the backlog, so the aggressive mode answers mostly its rows. */
const BURSTS: World = {
  callers: [{ rates: [0.01, 0.01, 3, 0.01, 0.01, 3] }, { rates: [0.75, 0.75, 0.75, 0.75, 0.75, 0.75] }],
  harder: 1.7,
};

export const modesInBursts: Scenario = {
  name: 'all answers together keep the epsilon that they name, where one caller’s bursts make the backlog',
  fault: 'each mode is held to an epsilon of its own',
  delta: DELTA,
  trials: 60,
  quickTrials: 3,
  async trial(seed) {
    const modes = modesAt(seed);
    const together = await serving(BURSTS, modes, 'degrade', seed);
    const byShare = await serving(BURSTS, modes, 'degrade-over-share', seed);
    return {
      broken: together.isTogetherBroken || byShare.isTogetherBroken,
      faultBroken: together.isModeBroken,
    };
  },
};
