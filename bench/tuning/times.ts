import { mean } from 'simple-statistics';
import type { Label, Progress } from 'spillway';
import { blocksOf, fitFeatures } from '../../cascades/scoring/index.js';
import { fitOn } from '../../cascades/training/index.js';
import { bytesOfRows } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import { usedMemory } from '../harness/memory.js';
import { type CoresTimes, coresTimes } from './cores.js';
import { counting } from './counting.js';
import { tuneOn } from './tuneOn.js';
import { timed, watched } from './watched.js';
import type { TuningProblem } from './workloads.js';

/** How long tuning takes beside one fit of the pipeline on the development rows, and how much memory. */
export interface Times {
  /** Seconds of processor time of one fit, and of `tune` on the caller's thread. */
  readonly fit: number;
  readonly tune: number;
  readonly ratio: number;
  /** The largest factor by which a time that was told was wrong, from a tenth of the run on. */
  readonly told: number;
  /** Seconds on the clock of `tune` with two threads over those of one fit. */
  readonly onTwo: number;
  /** On the caller's thread and on two others, from the costs that the first run measured. */
  readonly cores: CoresTimes;
  /** Models that `tune` fitted: in full, and by lighter forms of their learner. */
  readonly fits: { readonly full: number; readonly light: number };
  /** The most memory that `tune` took beyond what was held before, and how much it may take. */
  readonly megabytes: number;
  readonly allowed: number;
}

/** The share of the rows that `tune` keeps for the certificate. */
const CERTIFY = 0.4;
const MOST_MEMORY = { blocks: 2.5, megabytes: 150 };

export async function timesOf<Row, L extends Label, Name extends string>(
  problem: TuningProblem<Row, L, Name>,
  seed: number,
): Promise<Times> {
  const { features, rows, labels, full } = problem;
  const development = Math.round(rows.length * (1 - CERTIFY));
  const origin = Int32Array.from({ length: development }, (_, row) => row);
  const classes = [...new Set(labels)];
  const truth = Float64Array.from(origin, (row) => classes.indexOf(labels[row]));
  let blockBytes = 0;
  const fitOnce = async () => {
    const own = Rows.of(rows.slice(0, development));
    const fitted = await fitFeatures(features, own, {});
    const blocks = await blocksOf(fitted, own, {});
    const whole = blocks.map((block) => ({ block }));
    blockBytes = whole.reduce((sum, block) => sum + bytesOfRows(block), 0);
    await fitOn(full, features.names, whole, { truth, width: classes.length }, origin, { seed });
  };
  const counted = counting(full);
  const before = await timed(fitOnce);
  const memory = watchMemory();
  const steps = watchSteps();
  const tune = await watched((onProgress) =>
    tuneOn({ ...problem, full: counted.learner }, seed, {
      onProgress(progress) {
        steps.onProgress(progress);
        onProgress(progress);
      },
    }),
  );
  const megabytes = memory.stop();
  const after = await timed(fitOnce);
  const fit = mean([before.processor, after.processor]);
  const cores = await coresTimes(problem, {
    seed,
    rounds: 1,
    threads: [0, 2],
    profile: tune.result.profile,
  });
  return {
    fit,
    tune: tune.processor,
    ratio: tune.processor / fit,
    told: tune.told,
    // What is measured must run alone: it takes as long on any number of cores.
    onTwo: (cores.whole[1] + steps.secondsOf('profile')) / mean([before.seconds, after.seconds]),
    cores,
    fits: counted.fits(),
    megabytes,
    allowed: (MOST_MEMORY.blocks * blockBytes) / 1e6 + MOST_MEMORY.megabytes,
  };
}

/** Notes when each step began. */
function watchSteps() {
  const began = new Map<Progress['step'], number>();
  return {
    onProgress({ step }: Progress) {
      if (!began.has(step)) began.set(step, performance.now());
    },
    /** Seconds until the next step began; 0 for one that wasn't made. */
    secondsOf(step: Progress['step']): number {
      const times = [...began.values()];
      const at = [...began.keys()].indexOf(step);
      return at < 0 || at + 1 === times.length ? 0 : (times[at + 1] - times[at]) / 1000;
    },
  };
}

/** Watches how much memory the process holds, in megabytes beyond what it held at first. */
function watchMemory(): { stop(): number } {
  usedMemory();
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  return {
    stop() {
      look();
      clearInterval(timer);
      return (most - before) / 1e6;
    },
  };
}
