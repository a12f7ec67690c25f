import { median } from 'simple-statistics';
import { atLeast, atMost, below, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { limitsIn, PairedAnswers, type PairedFigures } from '../harness/paired.js';
import { accuracyRefuted, disagreementRefuted, harmRefuted } from '../harness/refute.js';
import { SKLEARN } from '../peers/known.js';
import { batchChecks, batchSummary } from './batch.js';
import { splitMail } from './data.js';
import { type CharTfidf, charTfidf, logisticGap } from './kernels.js';
import { measureSeed, type SeedResult } from './seed.js';

const TFIDF = "scikit-learn's time for character TF-IDF, as a multiple of ours";

/** Spam or ham: 6,046 real mails, a certified cascade against Willump's and against perfect exits. */
export const mail: Workload = {
  peers: () => [{ peer: SKLEARN, checks: [TFIDF] }],
  async run({ seeds = [], quick, full, log }) {
    const split = await splitMail(quick);
    const chosen = seeds.length > 0 ? seeds : quick ? [1] : full ? [1, 2, 3, 4, 5] : [1, 2, 3];
    log('character TF-IDF beside scikit-learn');
    const chars = await charTfidf(split(chosen[0]));
    log('logistic regression on words');
    const logistic = await logisticGap(split(chosen[0]));
    const perSeed: SeedResult[] = [];
    for (const seed of chosen) {
      const result = await measureSeed(split(seed), seed, log);
      perSeed.push(result);
      log(`seed ${seed}: ${times(result.speedup)}, Willump ${times(result.willump.speedup)}`);
    }
    const summary = { ...summarise(perSeed), charTfidf: chars, logistic };
    const json = {
      workload: 'mail',
      quick,
      machine: machine(),
      versions: { ...versions(), ...(chars.sklearn && { sklearn: chars.sklearn }) },
      seeds: chosen,
      ...summary,
      checks: checksOf(summary, perSeed),
      perSeed,
    };
    return { json, table: tableOf(summary) };
  },
};

type Figures = Pick<SeedResult['oracle'], 'full' | 'cascade' | 'speedup' | 'predictedSpeedup'>;

/** Medians, and what doesn't hide how far the seeds lie apart. */
interface OverSeeds extends Figures {
  readonly speedups: { readonly least: number; readonly most: number };
}

/** Of the answers of all seeds together, beside their full models'. */
interface Paired {
  readonly paired: PairedFigures;
}

/**
 * Medians over the seeds. Figures without a median (a certificate, stages) are those of the seed
 * with the median speedup.
 */
function summarise(perSeed: readonly SeedResult[]) {
  const over = (of: (result: SeedResult) => number) => median(perSeed.map(of));
  const bySpeed = [...perSeed].sort((a, b) => a.speedup - b.speedup);
  const middle = bySpeed[bySpeed.length >> 1];
  const figures = (of: (result: SeedResult) => Figures): OverSeeds => {
    const speedups = perSeed.map((result) => of(result).speedup);
    const rates = (which: 'full' | 'cascade') => ({
      rowsPerSecond: over((result) => of(result)[which].rowsPerSecond),
      accuracy: over((result) => of(result)[which].accuracy),
      disagreement: over((result) => of(result)[which].disagreement),
    });
    return {
      full: rates('full'),
      cascade: rates('cascade'),
      speedup: median(speedups),
      speedups: { least: Math.min(...speedups), most: Math.max(...speedups) },
      predictedSpeedup: over((result) => of(result).predictedSpeedup),
    };
  };
  const paired = (of: (result: SeedResult) => SeedResult['willump']): PairedFigures =>
    PairedAnswers.over(perSeed.map((result) => of(result).paired)).figures;
  const shape = ({ certificate, stages, exits }: SeedResult['willump']) => ({ certificate, stages, exits });
  return {
    rows: middle.rows,
    ...figures((result) => result),
    paired: paired((result) => result),
    ...shape(middle),
    middleSeed: middle.seed,
    tuneSeconds: over((result) => result.tuneSeconds),
    peakMemoryMB: Math.max(...perSeed.map((result) => result.peakMemoryMB)),
    accuracyBound: {
      ...figures((result) => result.accuracyBound),
      paired: paired((result) => result.accuracyBound),
      ...shape(middle.accuracyBound),
      tuneSeconds: over((result) => result.accuracyBound.tuneSeconds),
      pairedShare: Math.max(...perSeed.map((result) => result.accuracyBound.pairedShare)),
    },
    harmBound: {
      ...figures((result) => result.harmBound),
      paired: paired((result) => result.harmBound),
      ...shape(middle.harmBound),
    },
    willump: {
      ...figures((result) => result.willump),
      paired: paired((result) => result.willump),
      ...shape(middle.willump),
    },
    oracle: { ...figures((result) => result.oracle), exits: middle.oracle.exits },
    engine: {
      rows: middle.engine.rows,
      ratio: over((result) => result.engine.ratio),
      usPerRow: over((result) => result.engine.usPerRow),
      handUsPerRow: over((result) => result.engine.handUsPerRow),
    },
    batch: batchSummary(perSeed.map((result) => result.batch)),
  };
}

type Summary = ReturnType<typeof summarise> & {
  readonly charTfidf: CharTfidf;
  readonly logistic: { readonly relativeGap: number };
};

/** Every figure that the workload is to reach. */
function checksOf(summary: Summary, perSeed: readonly SeedResult[]): Check[] {
  const { willump, charTfidf: chars } = summary;
  const speeds = (bound: string, { speedup }: Figures, of: (result: SeedResult) => Figures) => [
    atLeast(`speedup, ${bound} <= 1 %`, speedup, 32),
    atLeast(`speedup over Willump's, ${bound} <= 1 %`, speedup / willump.speedup, 1.8),
    atLeast(
      `measured over predicted speedup, ${bound} <= 1 %`,
      median(perSeed.map((result) => of(result).speedup / of(result).predictedSpeedup)),
      0.85,
    ),
  ];
  return [
    ...speeds('disagreement', summary, (result) => result),
    atLeast("Willump's speedup", willump.speedup, 12),
    disagreementRefuted(perSeed.map(({ counts }) => counts)),
    ...speeds('accuracy lost', summary.accuracyBound, (result) => result.accuracyBound),
    accuracyRefuted(perSeed.map(({ accuracyBound }) => accuracyBound.counts)),
    ...speeds('harm', summary.harmBound, (result) => result.harmBound),
    harmRefuted(perSeed.map(({ harmBound }) => harmBound.counts)),
    below(
      'the paired test along its path, once its table stands, as a share of tuning',
      summary.accuracyBound.pairedShare,
      0.001,
    ),
    ...batchChecks(summary.batch),
    below('seconds to tune', summary.tuneSeconds, 90),
    below('MB at the peak of tuning, largest of the seeds', summary.peakMemoryMB, 2_000),
    chars.ratio === undefined
      ? leftOut(TFIDF, '>= 2', chars.leftOut ?? 'scikit-learn was not measured')
      : atLeast(TFIDF, chars.ratio, 2),
    atMost('a batch of 1,024 rows, as a multiple of a loop by hand', summary.engine.ratio, 1.3),
    atMost("logistic regression's loss above its optimum, relative", summary.logistic.relativeGap, 1e-6),
  ];
}

function tableOf(summary: Summary): string {
  const line = (name: string, row: OverSeeds & Partial<Paired>) => [
    name,
    row.full.rowsPerSecond.toFixed(0),
    row.cascade.rowsPerSecond.toFixed(0),
    `${times(row.speedups.least)} to ${times(row.speedups.most)}`,
    times(row.speedup),
    times(row.predictedSpeedup),
    percent(row.full.accuracy),
    row.paired ? limitsIn(row.paired.disagreement, '%') : '-',
    row.paired ? limitsIn(row.paired.accuracyLost, 'points') : '-',
  ];
  const { charTfidf: chars, engine } = summary;
  return [
    columns([
      [
        '',
        'full/s',
        'cascade/s',
        'speedup by seed',
        'median',
        'predicted',
        'full right',
        'differs, with 95 % limits',
        'accuracy lost',
      ],
      line('disagreement <= 1 %', summary),
      line('accuracy lost <= 1 point', summary.accuracyBound),
      line('harm <= 1 %', summary.harmBound),
      line('Willump', summary.willump),
      line('oracle', summary.oracle),
    ]),
    ...summary.batch.map(
      ({ epsilon, avoided, bargain }) =>
        `one batch, ${percent(1 - epsilon)} alike: ${percent(avoided)} of the full answers spared, BARGAIN ${percent(bargain.avoided)}`,
    ),
    `tuned in ${summary.tuneSeconds.toFixed(0)} s with ${summary.peakMemoryMB.toFixed(0)} MB at most`,
    `character TF-IDF: ${chars.usPerMail.toFixed(0)} us a mail, scikit-learn ${chars.sklearnUsPerMail?.toFixed(0) ?? chars.leftOut}`,
    `a batch of ${engine.rows}: ${engine.usPerRow.toFixed(1)} us a row, by hand ${engine.handUsPerRow.toFixed(1)}`,
  ].join('\n');
}

function times(factor: number): string {
  return `${factor.toFixed(1)}x`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
