import { random } from '../../../../lib/stats/index.js';
import { systemTimer } from '../../../../lib/util/timer.js';
import { ModelAudit } from '../../../../serve/audit/index.js';
import type { LoadedModel, ServedMode } from '../../../../serve/executor.js';
import type { RequestRows } from '../../../../serve/requests/index.js';
import type { Scenario } from '../scenario.js';
import { certificateOf, plan } from './auditWorld.js';

const ALPHA = 0.05;
const [OWN, LARGEST] = [0.02, 0.05];
const ROWS = 1_500;

/** Two callers, and the mode that answers each: all rows together lose exactly the largest epsilon. */
const CALLERS = [
  { mode: 0, loses: 0.01 },
  { mode: 1, loses: 0.09 },
];

const modes = [OWN, LARGEST].map(
  (epsilon): ServedMode => ({
    epsilon,
    verdict: 'certified',
    cost: { call: 1, row: 1, wait: 0 },
    certificate: { ...certificateOf('disagreement'), epsilon },
    plan,
  }),
);

const model: LoadedModel = {
  key: 'a/1#1',
  labels: ['no', 'yes'],
  kind: 'classes',
  inputs: [],
  restsOn: 1,
  width: 2,
  modes: [modes[0], modes[1]],
  held: [],
};

function auditOf(together: boolean): ModelAudit {
  const settings = { rate: 1, alpha: ALPHA, disagreement: undefined, afterAlarm: 'keep', modes: 2 } as const;
  return new ModelAudit(
    model,
    together ? { ...settings, together: { ...certificateOf('disagreement'), epsilon: LARGEST } } : settings,
    {
      timer: systemTimer,
      voided: new Set(),
      note: () => {},
      // The full model's answers are the rows themselves.
      again: async (mode, _, { inputs }) =>
        answersOf(mode, Array.from(inputs.x.elements, Number), plan.stages.length),
      onAlarm: () => {},
      onChange: () => {},
    },
    [],
  );
}

function answersOf(mode: number, answers: readonly number[], exit: number) {
  const rows = answers.length;
  return {
    answers: Float64Array.from(answers),
    scores: new Float64Array(),
    exits: new Uint8Array(rows).fill(exit),
    degraded: new Uint8Array(rows),
    verdict: 'certified',
    mode,
  };
}

/** The caller decides the mode, as where only those over their share degrade. */
export const auditTogether: Scenario = {
  name: 'audit, one caller’s rows are all answered by the mode: alarms at exactly the epsilon of all answers',
  fault: 'an audit of each mode apart, at its own epsilon',
  delta: ALPHA,
  trials: 100,
  quickTrials: 4,
  async trial(seed) {
    const chance = random(seed).fork('audit together');
    const [together, apart] = [auditOf(true), auditOf(false)];
    for (let i = 0; i < ROWS; i++) {
      const { mode, loses } = CALLERS[Number(chance.uniform() < 0.5)];
      const full = Number(chance.uniform() >= loses);
      const request: RequestRows = {
        rows: 1,
        inputs: { x: { elements: Float64Array.of(full), rowShape: [] } },
      };
      for (const audit of [together, apart]) audit.end(audit.begin(request), answersOf(mode, [1], 0));
    }
    await Promise.all([together.settled(), apart.settled()]);
    return { broken: together.isVoid, faultBroken: apart.isVoid };
  },
};
