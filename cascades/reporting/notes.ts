import { EXIT_FACTS } from '../../lib/learn/exits/index.js';
import { grouped } from '../../lib/util/count.js';
import { anyChoice } from '../certification/index.js';
import { asPercent, inWords } from '../losses/index.js';
import type { CascadeParts, ModeSet } from '../plan/index.js';
import { type Label, type Plan, type PlanStage, widthOf } from '../types/index.js';

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

/** A note for each mode that may answer under overload, and one on all of them. */
export function modeNotes<L extends Label, Name extends string>({
  certificate,
  modes,
}: Pick<CascadeParts<never, L, Name>, 'certificate'> & {
  readonly modes?: Pick<ModeSet<L, Name>, 'further'> | undefined;
}): string[] {
  const { verdict, delta, loss } = certificate;
  if (verdict === 'void' || modes === undefined || modes.further.length === 0) return [];
  const together = anyChoice([certificate, ...modes.further.map((mode) => mode.certificate)]);
  return [
    ...modes.further.map(
      ({ plan, certificate: { epsilon } }, m) =>
        `Mode ${m + 1}, for overload: ${inWords(loss).bound(epsilon)}; expected speedup ` +
        `${grouped(plan.expected.speedup, 3)}.`,
    ),
    `The promises of the plan and of its modes hold together with ${asPercent(1 - delta)} confidence, ` +
      'where load alone chooses the mode and the rows of all callers are alike.',
    together === null
      ? 'Chosen otherwise, all answers together have no promise.'
      : `However it is chosen, over all answers together: ${inWords(loss).bound(together.epsilon)}.`,
  ];
}
