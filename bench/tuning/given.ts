import { type Cascade, type Label, tune } from 'spillway';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import { type Size, sizeOf } from '../harness/harness.js';
import { processorClock } from '../harness/processor.js';
import { glossProblem } from './glosses.js';
import { watched } from './watched.js';

/** `tune` before a pipeline that scikit-learn has fitted, with no option but the bound. */
interface GivenLine {
  readonly name: string;
  readonly seed: number;
  /** Seconds of processor time, of the fit in scikit-learn and of `tune`; and of `tune` on the clock. */
  readonly fitted: number;
  readonly processor: number;
  readonly seconds: number;
  /** The largest factor by which a time that was told was wrong, from a tenth of the run on. */
  readonly told: number;
  /** The full model's processor time over the cascade's, alone and in batches. */
  readonly alone: number;
  readonly batches: number;
}

/** Cases by name: their classes, and the most seconds that two idle cores may take. */
export const GIVEN = { 'glosses of 19 classes': [19, 300], 'glosses of 4 classes': [4, 90] } as const;
/** Rows to tune on. */
export const GIVEN_ROWS: Readonly<Record<Size, number>> = { quick: 1_500, usual: 4_000, full: 12_000 };
const [BATCH, SINGLES, TIMES] = [1_024, 500, 3];
const GAIN = 1.5;

export async function measureGiven(
  {
    names,
    seeds,
    quick,
    full,
  }: Record<'quick' | 'full', boolean> & {
    readonly names: readonly string[];
    readonly seeds: readonly number[];
  },
  log: (text: string) => void,
): Promise<GivenLine[]> {
  const lines: GivenLine[] = [];
  for (const [name, [classes]] of Object.entries(GIVEN)) {
    if (!names.includes(name)) continue;
    for (const seed of full ? seeds : seeds.slice(0, 1)) {
      const problem = await glossProblem(seed, classes, GIVEN_ROWS[sizeOf({ quick, full })]);
      if (typeof problem === 'string') {
        log(`${name}: left out, ${problem}`);
        continue;
      }
      const { pipeline, rows, labels, unseen, fitted } = problem;
      const bound = { loss: 'accuracy', epsilon: 0.01 } as const;
      const run = await watched((onProgress) => tune({ ...pipeline, rows, labels, bound, seed, onProgress }));
      const { result: cascade, processor, seconds, told } = run;
      const alone = await gainOf(cascade, unseen.slice(0, SINGLES), 1);
      const batches = await gainOf(cascade, unseen, BATCH);
      lines.push({ name, seed, fitted, processor, seconds, told, alone, batches });
      log(`${name}, seed ${seed}: ${processor.toFixed(0)} s of processor time`);
    }
  }
  return lines;
}

async function gainOf<Row>(cascade: Cascade<Row, Label, string>, rows: readonly Row[], size: number) {
  const timed = async (answers: Pick<typeof cascade.full, 'predict'>) => {
    const start = processorClock.now();
    for (let at = 0; at < rows.length; at += size) await answers.predict(rows.slice(at, at + size));
    return processorClock.now() - start;
  };
  const sums = { full: 0, own: 0 };
  for (let time = 0; time <= TIMES; time++) {
    const [full, own] = [await timed(cascade.full), await timed(cascade)];
    // The first time warms up.
    if (time === 0) continue;
    sums.full += full;
    sums.own += own;
  }
  return sums.full / sums.own;
}

export function givenChecks(lines: readonly GivenLine[]): Check[] {
  return Object.entries(GIVEN).flatMap(([name, [, most]]) => {
    const own = lines.filter((line) => line.name === name);
    if (own.length === 0) return [];
    return [
      atMost(`${name}: seconds of tune`, Math.max(...own.map(({ seconds }) => seconds)), most),
      atMost(`${name}: time told, the largest factor`, Math.max(...own.map(({ told }) => told)), 2),
      atLeast(
        `${name}: gain, alone or in batches`,
        Math.min(...own.map(({ alone, batches }) => Math.max(alone, batches))),
        GAIN,
      ),
    ];
  });
}

export function givenTable(lines: readonly GivenLine[]): string {
  const seconds = (time: number) => `${time.toFixed(1)} s`;
  return columns([
    ['', 'seed', 'scikit-learn', 'tune, processor', 'on the clock', 'told', 'alone', 'in batches'],
    ...lines.map((line) => [
      ...[line.name, String(line.seed), seconds(line.fitted), seconds(line.processor)],
      ...[seconds(line.seconds), `x ${line.told.toFixed(1)}`],
      ...[`${line.alone.toFixed(2)}x`, `${line.batches.toFixed(2)}x`],
    ]),
  ]);
}
