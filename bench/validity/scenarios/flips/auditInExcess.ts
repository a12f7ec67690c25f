import type { AuditableCascade, ServedAnswers } from '../../../../cascades/monitoring/answers.js';
import { Audit } from '../../../../cascades/monitoring/index.js';
import { random } from '../../../../lib/stats/index.js';
import { ALPHA, certificateOf, EPSILON, plan } from '../audits/auditWorld.js';
import type { Scenario } from '../scenario.js';
import { drawPairs, lawAt, trueExcess } from './pairs.js';

type Answer = 'no' | 'yes';
const ANSWERS: readonly Answer[] = ['no', 'yes'];

const ROWS = 1_500;
const CALL = 50;
const LAW = lawAt({ exits: 0.7, flips: 0.06, flipsOfRest: 0.15 }, trueExcess, EPSILON);

/** A row with what answers it: the stage, where it leaves, and the full model, by the times that it is asked. */
interface PairedRow {
  readonly exit: number;
  readonly stage: number;
  readonly full: readonly [number, number];
}

function cascadeOf(isCached: boolean): AuditableCascade<PairedRow, Answer> {
  const answered = (
    rows: readonly PairedRow[],
    exits: (row: PairedRow) => number,
    of: (row: PairedRow) => number,
  ) => {
    const answers: ServedAnswers<Answer> = {
      labels: rows.map((row) => ANSWERS[of(row)]),
      scores: new Float64Array(2 * rows.length),
      exits: Uint8Array.from(rows, exits),
      degraded: new Uint8Array(rows.length),
      faults: [],
      verdict: 'certified',
    };
    return answers;
  };
  const predictSync = (rows: readonly PairedRow[]) =>
    answered(
      rows,
      ({ exit }) => exit,
      ({ exit, stage, full }) => (exit === 0 ? stage : full[0]),
    );
  const cascade: AuditableCascade<PairedRow, Answer> = {
    certificate: certificateOf('excessDisagreement'),
    plan,
    path: [plan],
    predict: async (rows) => predictSync(rows),
    predictSync,
    explore: () => cascade,
    full: {
      predict: async (rows, options) => cascade.full.predictSync(rows, options),
      predictSync: (rows, { ask = 0 } = {}) =>
        answered(
          rows,
          () => 1,
          ({ full }) => full[isCached || ask === 0 ? 0 : 1],
        ),
    },
  };
  return cascade;
}

/** Of rows that lose exactly what is promised. An alarm says that they lose more. */
export const flipsAudited: Scenario = {
  name: 'flips: audit in excess, alarms at exactly epsilon',
  fault: 'a full model that answers from its cache when it is asked again',
  delta: ALPHA,
  trials: 200,
  quickTrials: 20,
  async trial(seed) {
    const { stages, full, second = full } = drawPairs(ROWS, LAW, random(seed).fork('audit in excess'));
    const [{ answers, confidence }] = stages;
    const rows = Array.from(
      full,
      (first, row): PairedRow => ({
        exit: 1 - confidence[row],
        stage: answers[row],
        full: [first, second[row]],
      }),
    );
    const alarmed = async (isCached: boolean) => {
      const options = { rate: 1, alpha: ALPHA, exits: false, afterAlarm: 'keep', seed } as const;
      const audit = new Audit(cascadeOf(isCached), options, []);
      for (let from = 0; from < ROWS; from += CALL) await audit.predict(rows.slice(from, from + CALL));
      return audit.uncertified !== null;
    };
    return { broken: await alarmed(false), faultBroken: await alarmed(true) };
  },
};
