import type { Label } from '../../cascades/internal.js';
import { checkNotes, leadOf } from '../../lib/report/words/index.js';
import { asPercent, count, shortNumber } from '../../lib/util/count.js';
import type { TopKCut } from '../cuts/index.js';
import type { RankerParts } from '../serve/index.js';
import type { BandCertificate, BandPlan, Range, RankerStage, TopKPromise } from '../types.js';

/** A ranker in words. */
export function rankerSummary<Row, L extends Label, Name extends string>({
  plan,
  certificate,
  objective,
  notes,
  checked,
  full,
}: RankerParts<Row, L, Name>): string {
  const unit = objective === 'price' ? 'a candidate' : 'µs a candidate';
  const lines = plan.bands.flatMap((band, b) => [
    `The best ${spelt(band.k)} of ${spelt(certificate.bands[b].promise.candidates)} candidates`,
    ...planLines(band, full.learner ?? full.model.name, unit).map((line) => `  ${line}`),
    `  ${promiseLine(certificate.bands[b])}`,
    '',
  ]);
  return [...lines, ...notes, ...checkNotes(checked, certificate.verdict)].join('\n').trimEnd();
}

function planLines({ stages, full, expected }: BandPlan, name: string, unit: string): string[] {
  const rows = stages.map(
    (stage, s) =>
      `${s + 1}. ${asPercent(stage.reach, 3)} reach ${stage.features.join(' + ')} (${modelWords(stage)}), ` +
      `${shortNumber(stage.cost)} ${unit}; kept: ${cutWords(stage.cut)}`,
  );
  return [
    ...rows,
    `${asPercent(full.reach, 3)} reach the full model (${name}), ${shortNumber(full.cost)} ${unit}`,
    `expected ${shortNumber(expected.cost)} ${unit} instead of ${shortNumber(expected.fullCost)}: ${expected.speedup.toFixed(1)}x`,
  ];
}

/** The model of a stage. */
export function modelWords({ learner, prefix, output }: RankerStage): string {
  const rounds = prefix ? `, ${count(prefix.rounds)} of ${count(prefix.of)} rounds` : '';
  return `${learner}${rounds}${output === 'margin' ? ', margins' : ''}`;
}

export function cutWords(cut: TopKCut): string {
  if (cut.kind === 'ratio') return `the best ${shortNumber(cut.keep)} x K`;
  if (cut.kind === 'margin') return `those within ${shortNumber(cut.margin)} of the K-th best`;
  return (
    `${shortNumber(cut.factor)} times as many as a rule expects of the query, at most ` +
    `${shortNumber(cut.factor * cut.rule.most)} x K`
  );
}

/** The promise of a band, or why there is none. */
export function promiseLine(band: BandCertificate): string {
  const { promise, queries, observed, unseen, unseenQueries } = band;
  const lead = leadOf(band, 'scores every candidate');
  if (lead !== undefined) return lead;
  return (
    `With ${asPercent(1 - promise.delta, 3)} confidence, ${promised(promise)} over ${promise.population}: on ${count(queries)} certification ` +
    `queries a mean of ${observed.mean.toFixed(4)}, the least ${observed.least.toFixed(4)}, ${count(observed.under)} under ${promise.level}` +
    `${unseen ? `; on ${count(unseenQueries ?? queries)} ${secondWords(promise)} ${unseen.mean.toFixed(4)}` : ''}.`
  );
}

/** The second test's queries. */
function secondWords({ population }: TopKPromise): string {
  return population === 'subsets drawn so from this pool'
    ? 'of rows that tuning never saw'
    : 'different ones of which no copy was tuned on';
}

function promised({ metric, level, share }: TopKPromise): string {
  return share === null
    ? `the mean ${metric}@K is at least ${level}`
    : `at least ${asPercent(share, 3)} of queries have a ${metric}@K of ${level} or more`;
}

export function spelt([from, to]: Range): string {
  return from === to ? count(from) : `${count(from)} to ${count(to)}`;
}
