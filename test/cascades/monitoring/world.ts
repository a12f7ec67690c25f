import type {
  AuditableCascade,
  AuditPredictOptions,
  ServedAnswers,
} from '../../../cascades/monitoring/answers.js';
import { Audit, type AuditOptions } from '../../../cascades/monitoring/index.js';
import { AsyncError, type Certificate, type LossName, type Plan } from '../../../index.js';
import type { random } from '../../../lib/stats/index.js';
import { certificateOf, stageOf } from '../../support/plans.js';

/** A row says itself what becomes of it. */
export interface Fate {
  /** 0: it leaves early; 1: the full model answers. */
  readonly exit: 0 | 1;
  readonly cheap: 'no' | 'yes';
  readonly full: 'no' | 'yes';
  readonly label: 'no' | 'yes';
}

export const agreeing: Fate = { exit: 0, cheap: 'yes', full: 'yes', label: 'yes' };
export const through: Fate = { ...agreeing, exit: 1, cheap: 'no' };
/** The full model alone is right, and the cascade alone. */
export const worse: Fate = { ...agreeing, cheap: 'no' };
export const better: Fate = { ...agreeing, full: 'no' };

export const certificate = certificateOf({
  epsilon: 0.02,
  method: 'exact binomial, fixed sequence',
  labelled: true,
  n: 2_000,
  lost: 20,
  observed: { rows: 2_000, changed: 20, worse: 12, better: 8, byClass: [] },
  upper: null,
});

/** A plan of one stage, and what a row then costs where a row through the full model costs 100. */
export function planOf(threshold: number, early: number, cost = 101 - 100 * early): Plan<'no' | 'yes'> {
  return {
    classes: ['no', 'yes'],
    decision: { kind: 'argmax' },
    stages: [stageOf({ target: 'answers', thresholds: [threshold, threshold], exits: early })],
    full: { features: ['cheap', 'costly'], reach: 1 - early, cost: 100 },
    expected: { cost, fullCost: 100, speedup: 100 / cost },
  };
}

export interface Condition {
  /** The full model fails. */
  broken?: boolean;
  /** It answers with a promise. */
  waits?: boolean;
  /** Rows that went through to it are degraded. */
  degraded?: boolean;
  early?: number;
}

/**
 * A cascade of one stage whose rows say what becomes of them, and that counts what its full model is asked. Under other
 * plans of its path its stage is never wrong.
 */
export function served(promised: Partial<Certificate> = {}, state: Condition = {}) {
  const requested: Fate[] = [];
  const early = state.early ?? 0.7;
  const answer = (
    rows: readonly Fate[],
    whole: boolean,
    conservative = false,
  ): ServedAnswers<'no' | 'yes'> => ({
    labels: rows.map(({ exit, cheap, full }) => (whole || conservative || exit === 1 ? full : cheap)),
    scores: new Float64Array(2 * rows.length),
    exits: Uint8Array.from(rows, ({ exit }) => (whole ? 1 : exit)),
    degraded: Uint8Array.from(rows, ({ exit }) => Number(state.degraded === true && exit === 1 && !whole)),
    faults: [],
    verdict: conservative ? 'exploratory' : (promised.verdict ?? 'certified'),
  });
  const answeredSync = (rows: readonly Fate[], conservative = false) => {
    if (state.waits && rows.some(({ exit }) => exit === 1)) throw new AsyncError('the full model');
    return answer(rows, false, conservative);
  };
  const whole = (rows: readonly Fate[], options?: AuditPredictOptions) => {
    options?.signal?.throwIfAborted();
    if (state.broken) throw new Error('timed out');
    requested.push(...rows);
    return answer(rows, true);
  };
  const plan = planOf(0.9, early);
  const cascade: AuditableCascade<Fate, 'no' | 'yes'> = {
    certificate: { ...certificate, ...promised },
    plan,
    path: [planOf(0.99, early - 0.2), planOf(0.95, early - 0.1), plan, planOf(0.8, early + 0.1)],
    predict: async (rows) => answer(rows, false),
    predictSync: (rows) => answeredSync(rows),
    explore: () => ({
      predict: async (rows) => answer(rows, false, true),
      predictSync: (rows) => answeredSync(rows, true),
    }),
    full: {
      predict: async (rows, options) => whole(rows, options),
      predictSync: (rows, options) => {
        if (state.waits) throw new AsyncError('the full model');
        return whole(rows, options);
      },
    },
  };
  return { cascade, requested, state };
}

/** Rows of which a share leaves early, and shares of all are made worse or better by that; independent. */
export function drawFates(
  count: number,
  shares: { early?: number; worse?: number; better?: number },
  rng: ReturnType<typeof random>,
): Fate[] {
  const { early = 0.7, worse: lost = 0, better: gained = 0 } = shares;
  return Array.from({ length: count }, () => {
    const u = rng.uniform();
    if (u < lost) return worse;
    if (u < lost + gained) return better;
    return u < early ? agreeing : through;
  });
}

export const LOSSES: readonly LossName[] = ['disagreement', 'harm', 'accuracy'];

/** Digests of the rows that made the cascades. */
export const USED = [Float64Array.of(1, 2, 2 ** 53 - 1)];

export type Options = AuditOptions<'no' | 'yes'>;

export const auditOf = (cascade: AuditableCascade<Fate, 'no' | 'yes'>, options: Options) =>
  new Audit(cascade, { exits: false, ...options }, USED);

/** Answers batches and gives every label that is waited for, until an alarm: how many drawn rows that took, or Infinity. */
export async function alarmAfter(
  audit: Audit<Fate, 'no' | 'yes'>,
  batches: number,
  draw: () => Fate[],
): Promise<number> {
  for (let b = 0; b < batches; b++) {
    const rows = draw();
    const { drawn } = await audit.predict(rows);
    for (const { id, row, awaitsLabel } of drawn) if (awaitsLabel) audit.label(id, rows[row].label);
    if (audit.certificate.verdict === 'void') return audit.state.draws.drawn;
  }
  return Infinity;
}

/** The same cascade, whose calls end when, and as, they are told to: by their number, in the order in which they began. */
export function gated(cascade: AuditableCascade<Fate, 'no' | 'yes'>) {
  const calls: { end(): void; fail(error: unknown): void }[] = [];
  const waiting: AuditableCascade<Fate, 'no' | 'yes'> = {
    ...cascade,
    // Live features: no drawn exit is answered again by itself, which would be one more call.
    certificate: {
      ...cascade.certificate,
      stability: { rows: 0, changed: null, tolerance: {}, live: ['cheap'] },
    },
    predict: (rows, options) =>
      new Promise((resolve, reject) => {
        calls.push({ end: () => resolve(cascade.predict(rows, options)), fail: reject });
      }),
  };
  return { cascade: waiting, calls };
}
