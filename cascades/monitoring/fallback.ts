import type { Label, Plan } from '../types/index.js';
import type { AuditableCascade, BatchPredictor } from './answers.js';
import type { Settings } from './options.js';

/** The fallback once the certificate is void, with the plan whose stages its `exits` count. */
export interface Fallback<Row, L extends Label> extends BatchPredictor<Row, L> {
  readonly plan: Plan<L>;
}

/** @returns null if the cascade continues */
export function fallbackOf<Row, L extends Label>(
  cascade: AuditableCascade<Row, L>,
  afterAlarm: Settings<L>['afterAlarm'],
): Fallback<Row, L> | null {
  if (afterAlarm === 'keep') return null;
  const plan = afterAlarm === 'safer' ? saferPlan(cascade.path, cascade.plan) : undefined;
  const answering = plan === undefined ? cascade.full : cascade.explore(plan);
  return {
    plan: plan ?? cascade.plan,
    predict: (rows, options) => answering.predict(rows, options),
    predictSync: (rows, options) => answering.predictSync(rows, options),
  };
}

/** The last plan on the path before the served one that is cheaper than the full model alone. */
export function saferPlan<L extends Label>(path: readonly Plan<L>[], plan: Plan<L>): Plan<L> | undefined {
  // By content: a plan that was saved and loaded is another object.
  const key = JSON.stringify(plan.stages);
  const served = path.findIndex(({ stages }) => JSON.stringify(stages) === key);
  return path.slice(0, Math.max(0, served)).findLast(({ expected }) => expected.cost < expected.fullCost);
}
