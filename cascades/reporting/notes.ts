import { sum } from 'simple-statistics';
import { asPercent, count, grouped } from '../../lib/util/count.js';
import { anyChoice, isPromised } from '../certification/index.js';
import { inWords } from '../losses/index.js';
import type { CascadeParts, ModeSet } from '../plan/index.js';
import type { Certificate, Label, Plan, StepTime, TunedFit } from '../types/index.js';
import { isAlways } from './stages.js';

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

/** Notes on rows that repeat: how many do, what it takes that this may mean either, and which option would say more. */
export function repeatNotes(certificate: Certificate): string[] {
  const { split } = certificate.repeating ?? {};
  if (split === undefined || !isPromised(certificate)) return [];
  const { repeat, rows, different, seen, spare, asDraws, asCopies } = split;
  const lost = seen > 0 ? `, of which ${count(seen)} were tuned on and count as lost` : '';
  const held = spare > 0 ? `${count(spare)} spare copies of these take no part in tuning. ` : '';
  return [
    `${count(repeat)} of the rows equal an earlier one. So a plan must pass two tests: over ${count(rows)} rows, and over one of each of ` +
      `${count(different)} different rows${lost}. ${held}If each row is a draw ` +
      `of its own, repeats: true tests ${count(asDraws)} rows alone. If equal rows are copies, repeats: 'copies' tests ${count(asCopies)} ` +
      'different rows alone.',
  ];
}

/** A note on rows whose values or answers differ alone and in a batch. */
export function stabilityNotes({ stability }: Certificate): string[] {
  if (stability === undefined) return [];
  const { rows, changed, tolerance } = stability;
  const wide = Object.entries(tolerance).map(([name, within]) => `within ${within} (${name})`);
  if (wide.length === 0 && !changed) return [];
  const numbers = wide.length === 0 ? 'up to rounding' : wide.join(', ');
  const answers =
    changed === null
      ? ''
      : `: ${count(changed)} of ${count(rows)} tuning rows get another answer alone than in a batch`;
  return [`A row has the same values alone and in a batch ${numbers}${answers}.`];
}

/** Where the time of tuning went. */
export function timeNotes(spent: readonly StepTime[]): string[] {
  if (spent.length === 0) return [];
  const text = (seconds: number) => (seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds)));
  const parts = spent.map(({ step, seconds }) => `${step} ${text(seconds)} s`).join(', ');
  return [`Tuning took ${text(sum(spent.map(({ seconds }) => seconds)))} s: ${parts}.`];
}

/** What the fits were for, the longest together first. */
export function fitNotes(fits: readonly TunedFit[]): string[] {
  const byWhy = new Map<string, { fits: number; seconds: number }>();
  for (const { why, seconds } of fits) {
    const own = byWhy.get(why) ?? { fits: 0, seconds: 0 };
    byWhy.set(why, { fits: own.fits + 1, seconds: own.seconds + seconds });
  }
  if (byWhy.size === 0) return [];
  const parts = [...byWhy]
    .sort(([, a], [, b]) => b.seconds - a.seconds)
    .map(([why, own]) => `${why} ${count(own.fits)} in ${own.seconds.toFixed(1)} s`);
  return [`Fits by what they were for: ${parts.join(', ')}.`];
}

/** R² is negative where answers are worse than a constant, so a shuffled feature can lose more than all of it. */
export function importanceNotes<L extends Label, Name extends string>({
  plan,
  profile,
}: Pick<CascadeParts<never, L, Name>, 'plan' | 'profile'>): string[] {
  if (plan.decision.kind !== 'value') return [];
  const names = Object.keys(profile.features) as Name[]; // The record's keys are the names.
  const beyond = names.filter((name) => (profile.features[name].importance?.mean ?? 0) > 1);
  if (beyond.length === 0) return [];
  return [
    `An importance above 100 points of R² (${beyond.join(', ')}) means that the full model, with this feature shuffled, is ` +
      'worse than the mean of the labels as a constant answer.',
  ];
}
