import { median } from 'simple-statistics';
import { type Cascade, type FeatureSet, type Label, type TuneOptions, tune } from 'spillway';
import type { Repeating, SpeedupRange } from 'spillway/types';
import { interleave, type Measurement, measurement, medianRatio } from '../harness/measure.js';
import { processorClock } from '../harness/processor.js';
import type { Counts } from '../harness/refute.js';
import { countsOf } from '../mail/seed.js';

/** Rows to tune on, and rows that nothing but the last measurement sees. */
export interface Split<Row, L> {
  readonly known: { readonly rows: readonly Row[]; readonly labels: readonly L[] };
  readonly unseen: { readonly rows: readonly Row[]; readonly labels: readonly L[] };
}

type Given = 'features' | 'rows' | 'labels' | 'seed';

/** A cascade that one of several ways led to, with what that took. */
export interface Tuned<Row, L extends Label> {
  readonly name: string;
  readonly cascade: Cascade<Row, L, string>;
  /** Of the clock and of processors. */
  readonly seconds: number;
  readonly processor: number;
}

/** One way to tune: the features that a user gives, and what else. */
export interface Variant<Row, L extends Label> {
  readonly name: string;
  readonly features: FeatureSet<Row, string>;
  readonly options: Omit<TuneOptions<Row, L, string>, Given>;
}

/** A way to tune, and what its cascade does on unseen rows. */
export interface VariantFigures {
  readonly name: string;
  /** Of the clock and of processors. */
  readonly tuneSeconds: number;
  readonly tuneProcessor: number;
  readonly verdict: string;
  /** What equal rows count as, by the certificate; undefined where none are equal and nobody said so. */
  readonly repeating?: Repeating['are'] | undefined;
  readonly stages: readonly {
    readonly features: readonly string[];
    readonly learner: string;
    readonly exits: number;
    readonly cost: number;
  }[];
  readonly full: Measurement;
  readonly cascade: Measurement;
  /** Time of its own full model over the cascade's: measured, and what the plan expected. */
  readonly speedup: number;
  readonly predictedSpeedup: number;
  readonly predictedRange?: SpeedupRange | undefined;
  readonly counts: Counts;
  /** Unseen rows that its full model answers otherwise than the first variant's. */
  readonly fullDiffers: number;
}

const ROUNDS = 5;

/** Tunes each variant on the same rows, then times all cascades and their full models in turn on the same unseen rows. */
export async function compareVariants<Row, L extends Label>(
  variants: readonly Variant<Row, L>[],
  { known, unseen }: Split<Row, L>,
  seed: number,
  log: (text: string) => void,
): Promise<VariantFigures[]> {
  const tuned: Tuned<Row, L>[] = [];
  for (const variant of variants) tuned.push(await tuneVariant(variant, known, seed, log));
  return figuresOf(tuned, unseen);
}

export async function tuneVariant<Row, L extends Label>(
  { name, features, options }: Variant<Row, L>,
  known: Split<Row, L>['known'],
  seed: number,
  log: (text: string) => void,
): Promise<Tuned<Row, L>> {
  const [start, work] = [performance.now(), processorClock.now()];
  const cascade = await tune<Row, L, string>({ ...options, ...known, features, seed });
  const seconds = (performance.now() - start) / 1000;
  log(`${name}, seed ${seed}: ${cascade.certificate.verdict}, tuned in ${seconds.toFixed(0)} s`);
  return { name, cascade, seconds, processor: (processorClock.now() - work) / 1000 };
}

/** Times all cascades and their full models in turn on the same rows. */
export async function figuresOf<Row, L extends Label>(
  tuned: readonly Tuned<Row, L>[],
  { rows, labels }: Split<Row, L>['unseen'],
): Promise<VariantFigures[]> {
  const times = await interleave(
    tuned.flatMap(({ cascade }) => [() => cascade.full.predict(rows), () => cascade.predict(rows)]),
    ROUNDS,
    true,
  );
  const references: (readonly L[])[] = [];
  const figures: VariantFigures[] = [];
  for (const [v, { name, cascade, seconds, processor }] of tuned.entries()) {
    const reference = (await cascade.full.predict(rows)).labels;
    const answers = (await cascade.predict(rows)).labels;
    references.push(reference);
    figures.push({
      name,
      tuneSeconds: seconds,
      tuneProcessor: processor,
      verdict: cascade.certificate.verdict,
      repeating: cascade.certificate.repeating?.are,
      stages: cascade.plan.stages.map(({ features, learner, exits, cost }) => ({
        features,
        learner,
        exits,
        cost,
      })),
      full: measurement(times[2 * v], reference, reference, labels),
      cascade: measurement(times[2 * v + 1], answers, reference, labels),
      speedup: medianRatio(times[2 * v], times[2 * v + 1]),
      predictedSpeedup: cascade.plan.expected.speedup,
      predictedRange: cascade.plan.expected.speedupRange,
      counts: countsOf(answers, reference, labels),
      fullDiffers: reference.filter((label, row) => label !== references[0][row]).length,
    });
  }
  return figures;
}

/** The median over seeds of a figure of two variants, by their positions. */
export function medianOver(
  perSeed: readonly (readonly VariantFigures[])[],
  [a, b]: readonly [number, number],
  of: (a: VariantFigures, b: VariantFigures) => number,
): number {
  return median(perSeed.map((variants) => of(variants[a], variants[b])));
}

/** How many times as much faster `a` is than its own full model as `b` is. */
export const speedupOver = (a: VariantFigures, b: VariantFigures): number => a.speedup / b.speedup;

/** One line a variant: medians over the seeds, and the stages of the first. */
export function variantLines(perSeed: readonly (readonly VariantFigures[])[]): string[][] {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return perSeed[0].map((first, v) => {
    const over = (of: (figures: VariantFigures) => number) => median(perSeed.map((each) => of(each[v])));
    return [
      first.name,
      `${over(({ speedup }) => speedup).toFixed(1)}x`,
      `${over(({ predictedSpeedup }) => predictedSpeedup).toFixed(1)}x`,
      over(({ cascade }) => cascade.rowsPerSecond).toFixed(0),
      percent(over(({ full }) => full.accuracy)),
      percent(over(({ cascade }) => cascade.disagreement)),
      `${over(({ tuneSeconds }) => tuneSeconds).toFixed(0)} s`,
      first.verdict,
      first.stages.map(({ features, exits }) => `${features.join('+')} ${percent(exits)}`).join(', '),
    ];
  });
}

export const VARIANT_HEAD: readonly string[] = [
  '',
  'speedup',
  'predicted',
  'rows/s',
  'full right',
  'differs',
  'tuned in',
  'verdict',
  'stages',
];
