import type { Certificate, Plan, PlanStage } from '../../index.js';
import type { BandCertificate } from '../../topk/index.js';

/** A certificate of disagreement; the rest is what a test says. */
export function certificateOf(terms: Partial<Certificate> = {}): Certificate {
  return {
    verdict: 'certified',
    reason: null,
    loss: 'disagreement',
    epsilon: 0.05,
    delta: 0.05,
    jointDelta: 0.05,
    method: 'exact',
    bound: 'exact',
    unit: 'rows',
    n: 1_000,
    lost: 10,
    upper: 0.02,
    rowsNeeded: null,
    labelled: false,
    observed: { rows: 1_000, changed: 10, worse: 0, better: 0, byClass: [] },
    ...terms,
  };
}

/** Of a ranker's band. */
export function bandOf(
  promise: Partial<BandCertificate['promise']>,
  verdict = 'certified' as const,
): BandCertificate {
  return {
    verdict,
    reason: null,
    promise: {
      metric: 'recall',
      level: 0.9,
      share: null,
      delta: 0.05,
      k: [1, 10],
      candidates: [100, 1_000],
      rankClass: ['yes'],
      population: 'queries drawn like those given',
      ...promise,
    },
    method: 'betting',
    queries: 200,
    observed: { mean: 0.95, least: 0.5, under: 3 },
    queriesNeeded: null,
  };
}

/** A stage that reads these features: what is known of it before rows leave there. */
export function stageSpec(features: readonly string[], learner = 'linear') {
  return { features, learner, target: 'labels', passed: false, prefix: null } as const;
}

/** A stage of two classes at which half of the rows leave; the rest is what a test says. */
export function stageOf(terms: Partial<PlanStage> = {}): PlanStage {
  return {
    ...stageSpec(['cheap']),
    exit: { calibration: 'identity', score: 'top' },
    thresholds: [0.9, 0.9],
    reach: 1,
    exits: 0.5,
    cost: 1,
    ...terms,
  };
}

/** One stage, at which half of the rows leave. */
export const halfPlan: Plan = {
  classes: ['no', 'yes'],
  decision: { kind: 'argmax' },
  stages: [stageOf({ learner: 'logistic-regression' })],
  full: { features: ['cheap', 'dear'], reach: 0.5, cost: 100 },
  expected: { cost: 51, fullCost: 100, speedup: 1.96 },
};
