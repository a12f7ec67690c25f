import { checkOf, type Label } from '../../cascades/internal.js';
import { count, grouped } from '../../lib/util/count.js';
import type { Cut } from '../cuts/index.js';
import type { RankerParts } from '../serve/index.js';
import type { BandCertificate, BandPlan, Range, TopKPromise } from '../types.js';

/** A ranker in words. */
export function rankerSummary<Row, L extends Label, Name extends string>({
  plan,
  certificate,
  objective,
  notes,
  checked,
}: RankerParts<Row, L, Name>): string {
  const unit = objective === 'price' ? 'a candidate' : 'µs a candidate';
  const lines = plan.bands.flatMap((band, b) => [
    `The best ${spelt(band.k)} of ${spelt(certificate.bands[b].promise.candidates)} candidates`,
    ...planLines(band, unit).map((line) => `  ${line}`),
    `  ${promiseLine(certificate.bands[b])}`,
    '',
  ]);
  return [...lines, ...notes, ...checkOf(checked, certificate.verdict)].join('\n').trimEnd();
}

function planLines({ stages, full, expected }: BandPlan, unit: string): string[] {
  const rows = stages.map(
    ({ features, learner, output, cut, prefix, reach, cost }, s) =>
      `${s + 1}. ${percent(reach)} reach ${features.join(' + ')} (${learner}${prefix ? `, ${count(prefix.rounds)} of ${count(prefix.of)} rounds` : ''}${output === 'margin' ? ', margins' : ''}), ` +
      `${round(cost)} ${unit}; kept: ${cutWords(cut)}`,
  );
  return [
    ...rows,
    `${percent(full.reach)} reach the full model, ${round(full.cost)} ${unit}`,
    `expected ${round(expected.cost)} ${unit} instead of ${round(expected.fullCost)}: ${expected.speedup.toFixed(1)}x`,
  ];
}

export function cutWords(cut: Cut): string {
  if (cut.kind === 'ratio') return `the best ${round(cut.keep)} x K`;
  if (cut.kind === 'margin') return `those within ${round(cut.margin)} of the K-th best`;
  return (
    `${round(cut.factor)} times as many as a rule expects of the query, at most ` +
    `${round(cut.factor * cut.rule.most)} x K`
  );
}

export function promiseLine({
  verdict,
  reason,
  promise,
  queries,
  observed,
  unseen,
}: BandCertificate): string {
  if (verdict === 'full-model-only') return `The full model scores every candidate: ${reason}.`;
  if (verdict !== 'certified') return `Nothing is promised (${verdict}): ${reason}.`;
  return (
    `With ${percent(1 - promise.delta)} confidence, ${promised(promise)} over ${promise.population}: on ${count(queries)} certification ` +
    `queries a mean of ${observed.mean.toFixed(4)}, the least ${observed.least.toFixed(4)}, ${count(observed.under)} under ${promise.level}` +
    `${unseen ? `; on as many of rows that tuning never saw ${unseen.mean.toFixed(4)}` : ''}.`
  );
}

function promised({ metric, level, share }: TopKPromise): string {
  return share === null
    ? `the mean ${metric}@K is at least ${level}`
    : `at least ${percent(share)} of queries have a ${metric}@K of ${level} or more`;
}

export function spelt([from, to]: Range): string {
  return from === to ? count(from) : `${count(from)} to ${count(to)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function round(value: number): string {
  return grouped(value, Math.abs(value) >= 1_000 ? 6 : 3);
}
