import type { AuditableCascade, ServedAnswers } from '../../../../cascades/monitoring/answers.js';
import { Audit, type AuditOptions } from '../../../../cascades/monitoring/index.js';
import type { Certificate, LossName, Plan } from '../../../../index.js';
import type { Random } from '../../../../lib/stats/index.js';

type Answer = 'no' | 'yes';

/** A row carries its own outcome. The full model answers 'yes' to all. */
export interface Fate {
  /** Whether it leaves early. */
  readonly early: boolean;
  /** Whether the cascade's answer differs. */
  readonly differs: boolean;
  /** How long its call takes, and whether it fails. */
  readonly latency: number;
  readonly fails: boolean;
}

export const EPSILON = 0.05;
/** The level of false alarms. */
export const ALPHA = 0.05;
export const EARLY = 0.7;

export const plan: Plan<Answer> = {
  classes: ['no', 'yes'],
  decision: { kind: 'argmax' },
  stages: [
    {
      features: ['cheap'],
      learner: 'fate',
      target: 'answers',
      passed: false,
      prefix: null,
      exit: { calibration: 'identity', score: 'top' },
      thresholds: [0.9, 0.9],
      reach: 1,
      exits: EARLY,
      cost: 1,
    },
  ],
  full: { features: ['cheap', 'costly'], reach: 1 - EARLY, cost: 100 },
  expected: { cost: 31, fullCost: 100, speedup: 100 / 31 },
};

export function certificateOf(loss: LossName): Certificate {
  return {
    verdict: 'certified',
    reason: null,
    loss,
    epsilon: EPSILON,
    delta: 0.05,
    jointDelta: 0.1,
    method: 'exact binomial, fixed sequence',
    bound: 'exact',
    labelled: true,
    n: 2_000,
    lost: 80,
    unit: 'rows',
    observed: { rows: 2_000, changed: 80, worse: 80, better: 0, byClass: [] },
    upper: null,
    rowsNeeded: null,
    // Live features: no drawn exit is answered again by itself, which would be a call that nothing here ends.
    stability: { rows: 0, changed: null, tolerance: {}, live: ['cheap'] },
  };
}

function answersTo(rows: readonly Fate[], whole: boolean): ServedAnswers<Answer> {
  return {
    labels: rows.map(({ differs }) => (differs && !whole ? 'no' : 'yes')),
    scores: new Float64Array(2 * rows.length),
    exits: Uint8Array.from(rows, ({ early }) => Number(whole || !early)),
    degraded: new Uint8Array(rows.length),
    faults: [],
    verdict: 'certified',
  };
}

/** Calls in flight, each until its row's latency has passed. */
export class Traffic {
  private now = 0;
  private readonly under: { readonly at: number; readonly end: () => Promise<void> }[] = [];

  constructor(private readonly inFlight: number) {}

  /**
   * A call begins as soon as there is room for it. @param begin returns the function that ends it
   */
  async add(latency: number, begin: () => () => Promise<void>): Promise<void> {
    while (this.under.length >= this.inFlight) await this.next();
    this.under.push({ at: this.now + latency, end: begin() });
  }

  async drain(): Promise<void> {
    while (this.under.length > 0) await this.next();
  }

  private async next(): Promise<void> {
    const soonest = this.under.reduce((best, { at }, i) => (at < this.under[best].at ? i : best), 0);
    const [{ at, end }] = this.under.splice(soonest, 1);
    this.now = at;
    await end();
  }
}

/** An audit of such rows, each of them drawn. Its calls end on demand. */
export function auditOf(loss: LossName, seed: number, options: Partial<AuditOptions<Answer>> = {}) {
  let ends: (() => void)[] = [];
  const failure = new Error('down');
  const cascade: AuditableCascade<Fate, Answer> = {
    certificate: certificateOf(loss),
    plan,
    path: [plan],
    predict: (rows) =>
      new Promise((resolve, reject) => {
        ends.push(() => (rows[0].fails ? reject(failure) : resolve(answersTo(rows, false))));
      }),
    predictSync: (rows) => answersTo(rows, false),
    explore: () => cascade,
    full: {
      predict: async (rows) => answersTo(rows, true),
      predictSync: (rows) => answersTo(rows, true),
    },
  };
  const audit = new Audit(
    cascade,
    { rate: 1, alpha: ALPHA, exits: false, afterAlarm: 'keep', seed, ...options },
    [],
  );
  return {
    audit,
    /** Begins a call of one row. @returns what ends it, with the id of the row where that waits for its label */
    begin(row: Fate): () => Promise<number | null> {
      const answers = audit.predict([row]);
      const [end] = ends;
      ends = [];
      return async () => {
        end();
        try {
          const [{ id, awaitsLabel }] = (await answers).drawn;
          return awaitsLabel ? id : null;
        } catch (error) {
          if (error !== failure) throw error;
          return null;
        }
      };
    },
  };
}

/** A row that differs with a chance of exactly epsilon. */
export function fate(rng: Random, slow: (row: Pick<Fate, 'early' | 'differs'>) => boolean): Fate {
  const u = rng.uniform();
  const row = { early: u < EARLY, differs: u < EPSILON };
  return { ...row, latency: slow(row) ? SLOW : 1, fails: false };
}

const SLOW = 20;
