import { costOf, featureCosts, type Objective, type Profile } from '../../lib/costs/index.js';
import { cost as asCost } from '../../lib/report/words/index.js';
import { binomialPValue } from '../../lib/stats/index.js';
import { asPercent, count, shortNumber } from '../../lib/util/count.js';
import { inWords, kindOf, quoted } from '../losses/index.js';
import type { Certificate, Plan, TriedSubset } from '../types/index.js';
import { changedMore } from './changes.js';
import { qualityOf, rowsWords } from './quality.js';

/** What makes a promise worth little, however well it is kept: a view says it before the verdict. */
export function warningsBefore(
  certificate: Certificate,
  plan: Plan,
  tried: readonly Pick<TriedSubset, 'features' | 'agreement'>[],
): string[] {
  return [
    ...vacuous(certificate),
    ...useless(certificate, plan),
    ...leak(certificate, tried),
    ...harmed(certificate, plan),
    ...changedMore(certificate),
  ];
}

function vacuous({ constant, epsilon }: Certificate): string[] {
  if (constant === undefined || constant.loss > epsilon) return [];
  return [
    `The bound promises nothing: answering ${quoted(constant.answer)} to everything would keep it, on the tuning rows.`,
  ];
}

/** A standard error of the difference between the two shares of wrong answers, at most. */
function noiseOf({ full, constant, rows }: NonNullable<Certificate['baseline']>): number {
  return Math.sqrt((full + constant.error) / rows);
}

/** A difference within one standard error, by chances at most those of both errors together, shows nothing. */
function useless(certificate: Certificate, plan: Plan): string[] {
  const { baseline } = certificate;
  const quality = qualityOf(certificate, plan);
  if (baseline === undefined || quality === undefined) return [];
  const { full, constant } = baseline;
  const noise = quality.kind === 'accuracy' ? noiseOf(baseline) : 0;
  if (full < constant.error - noise) return [];
  const figure = figureOf(quality.kind === 'accuracy');
  return [
    `The full model is ${full < constant.error ? 'hardly' : 'no'} better than answering ${quality.constantAnswer} to everything: ${quality.kind} ` +
      `${figure(quality.full)} against ${figure(quality.constant)} on ${rowsWords(certificate)}. What ` +
      'keeps to it is no better.',
  ];
}

/** What to do where the full model is worse than a constant: most often, its columns or classes are another's. */
export function orderToCheck({ baseline }: Certificate, { decision }: Plan): string[] {
  if (baseline === undefined || decision.kind === 'value') return [];
  if (baseline.full <= baseline.constant.error + noiseOf(baseline)) return [];
  return [
    'Check the full model: it is wrong more often than a constant answer. Are its labels, and its features (reads), ' +
      'in the order in which it was trained?',
  ];
}

/** From which share of the full pipeline's cost on the cheapest feature leaves next to nothing to save. */
const NOTHING_LEFT = 0.9;

/** What to do where no stage can be much cheaper, since each has to compute at least one feature. */
export function featuresToCheapen(
  { verdict }: Pick<Certificate, 'verdict'>,
  { full, expected: { fullCost } }: Pick<Plan, 'full' | 'expected'>,
  profile: Profile,
  objective: Objective,
): string[] {
  const names = Object.keys(profile.features);
  if (verdict !== 'full-model-only' || full.features.length === 0 || names.length === 0) return [];
  const least = Math.min(...names.map((name) => costOf(featureCosts(profile, [name]), objective)));
  if (!(least > NOTHING_LEFT * fullCost)) return [];
  const unit = objective === 'price' ? 'price' : 'µs';
  return [
    `Give a cheaper feature, or a full model that has a price: of ${asCost(fullCost, unit)} a row the cheapest feature ` +
      `takes ${asCost(least, unit)}, and a stage can save the full model alone.`,
  ];
}

function leak(
  { baseline }: Certificate,
  tried: readonly Pick<TriedSubset, 'features' | 'agreement'>[],
): string[] {
  if (baseline === undefined || baseline.full > 0 || baseline.byClass.length === 0) return [];
  const all = new Set(
    tried.flatMap(({ features, agreement }) => (features.length === 1 && agreement === 1 ? features : [])),
  );
  if (all.size === 0) return [];
  return [
    `The full model is never wrong, and ${[...all].map((name) => `'${name}'`).join(' or ')} alone answers every tuning row as it does. Look whether ` +
      'the label leaks: whether that is derived from it, or known only after it.',
  ];
}

/** How rarely a class that gains as often as it loses would be named. */
const BY_CHANCE = 0.01;

/** A class loses more than the promise allows on average, and not by chance. */
function harmed(
  { verdict, labelled, observed, baseline, epsilon }: Certificate,
  { classes }: Plan,
): string[] {
  if (verdict !== 'certified' || !labelled || baseline?.of !== 'certification') return [];
  return observed.byClass.flatMap(({ worse, better }, c) => {
    const rows = baseline.byClass[c] ?? 0;
    // P(Bin(changed, 1/2) <= better): as if each change were as likely for the better.
    const isChance = binomialPValue(better, worse + better, 0.5) > BY_CHANCE;
    if (isChance || worse - better <= epsilon * rows) return [];
    return [
      `${quoted(classes[c])} loses ${count(worse)} right answers and gains ${count(better)}, of ${count(rows)} certification rows of that class. ` +
        'The promise is a mean over all classes: a bound on recall covers one.',
    ];
  });
}

/** A warning if a bound over all rows allows more errors than the full model makes: such a bound is weak. */
export function weakBounds(certificate: Certificate): string[] {
  const { baseline, all = [certificate] } = certificate;
  if (baseline === undefined) return [];
  return all.flatMap(({ loss, epsilon }) => {
    const { labels, over } = kindOf(loss);
    const { scale } = inWords(loss);
    const allowed = epsilon * (scale ?? 1);
    if (labels === 'optional' || over !== 'all' || allowed <= baseline.full) return [];
    const isShare = scale === undefined;
    const figure = figureOf(isShare);
    const bound = isShare ? `${figure(allowed)} of the rows` : `a mean difference of ${figure(allowed)}`;
    const error = isShare ? 'error rate' : 'mean absolute error';
    const more = isShare ? 'wrong more than twice as often' : 'off by more than twice as much';
    return [
      `The bound, ${bound}, is larger than the full model's own ${error}, ${figure(baseline.full)} on ${rowsWords(certificate)}: ` +
        `a cascade within the bound may be ${more} as the full model.`,
    ];
  });
}

function figureOf(isShare: boolean): (value: number) => string {
  return isShare ? (value) => asPercent(value, 3) : shortNumber;
}
