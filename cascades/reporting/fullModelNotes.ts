import { EXIT_FACTS } from '../../lib/learn/exits/index.js';
import { type Plan, type PlanStage, widthOf } from '../types/index.js';

/** Whether every row of a class leaves a stage, at any score: its threshold can't bind. */
export function isAlways(
  { decision, classes }: Pick<Plan, 'decision' | 'classes'>,
  { thresholds, exit }: Pick<PlanStage, 'thresholds' | 'exit'>,
  answer: number,
): boolean {
  const threshold = thresholds[answer];
  return threshold !== null && threshold <= EXIT_FACTS[exit.score].least(decision, widthOf(classes), answer);
}

/** A note on a full model that hardly ever answers, or never. */
export function fullModelNotes(plan: Plan): string[] {
  const last = plan.stages.at(-1);
  if (last === undefined || plan.full.reach > 0) return [];
  if (last.thresholds.every((_, answer) => isAlways(plan, last, answer))) {
    return ['The full model is never used: the last stage answers every row that reaches it.'];
  }
  return ['The full model is hardly ever used: none of the certification rows got there.'];
}
