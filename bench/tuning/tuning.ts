import { logAverage, mean } from 'simple-statistics';
import { type Cascade, type Label, type Learner, tune } from 'spillway';
import { blocksOf, fitFeatures } from '../../cascades/scoring/index.js';
import { fitOn } from '../../cascades/training/index.js';
import { entries } from '../../lib/blocks/index.js';
import { Rows } from '../../lib/rows/index.js';
import { atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { usedMemory } from '../harness/memory.js';
import { processorClock } from '../harness/processor.js';
import { type TuningProblem, type TuningSize, type TuningWorkload, tuningWorkloads } from './workloads.js';

/**
 * `tune` over one fit of the full pipeline, by processor time; its memory; and the cost of its plan
 * on fresh rows beside the plan of the search that tries everything in full.
 */
export const tuning: Workload = { run };

const WHOLE: TuningSize = { share: 1, rounds: 100 };
const QUICK: TuningSize = { share: 0.05, rounds: 8 };
/** The thorough search would take hours on all rows. */
const COMPARED: TuningSize = { share: 0.3, rounds: 30 };
/** Workloads of at most six features. */
const MOST_COST = 1.02;
const MOST_MEMORY = { blocks: 2.5, megabytes: 150 };

async function run({ seeds = [1], quick, cases, log }: RunOptions) {
  const chosen = chosenWorkloads(cases);
  const times: (Times & { readonly name: string; readonly seed: number })[] = [];
  const costs: { readonly name: string; readonly seed: number; readonly ratio: number }[] = [];
  for (const { name, make } of chosen) {
    for (const seed of seeds) {
      const found = await make(seed, quick ? QUICK : WHOLE, (problem) => timesOf(problem, seed));
      times.push({ name, seed, ...found });
      log(`${name}, seed ${seed}: ${found.ratio.toFixed(1)} fits, ${found.fits} of models`);
      if (!found.isSmall) continue;
      const ratio = await make(seed, quick ? QUICK : COMPARED, (problem) => costRatio(problem, seed));
      costs.push({ name, seed, ratio });
      log(`  the plan costs ${ratio.toFixed(3)} times that of the thorough search`);
    }
  }
  const json = {
    workload: 'tuning',
    quick,
    machine: machine(),
    versions: versions(),
    seeds,
    times,
    costs,
    checks: checksOf(chosen, times, costs),
  };
  const table = columns([
    ['', 'one fit', 'tune', 'ratio', 'fits', 'memory'],
    ...times.map(({ name, fit, tune, ratio, fits, megabytes }) => [
      name,
      `${fit.toFixed(1)} s`,
      `${tune.toFixed(1)} s`,
      ratio.toFixed(1),
      String(fits),
      `${megabytes.toFixed(0)} MB`,
    ]),
  ]);
  return { json, table };
}

function chosenWorkloads(names: readonly string[] | undefined): readonly TuningWorkload[] {
  const known = tuningWorkloads.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`no case is named '${unknown}'; known are ${known.join(', ')}`);
  }
  return tuningWorkloads.filter(({ name }) => names?.includes(name) ?? true);
}

function checksOf(
  workloads: readonly TuningWorkload[],
  times: readonly (Times & { readonly name: string })[],
  costs: readonly { readonly ratio: number }[],
): Check[] {
  const checks = workloads.flatMap(({ name, most }): Check[] => {
    const own = times.filter((each) => each.name === name);
    return [
      atMost(`${name}: tune over one fit, one core`, logAverage(own.map(({ ratio }) => ratio)), most.one),
      leftOut(`${name}: tune over one fit, two cores`, `<= ${most.two}`, 'fits run on one thread'),
      atMost(
        `${name}: megabytes of tune over those allowed`,
        Math.max(...own.map(({ megabytes, allowed }) => megabytes / allowed)),
        1,
      ),
    ];
  });
  if (costs.length === 0) return checks;
  const ratio = logAverage(costs.map((cost) => cost.ratio));
  return [...checks, atMost('cost of the plan over that of the thorough search', ratio, MOST_COST)];
}

interface Times {
  /** Seconds of processor time of one fit of the pipeline on the development rows, and of `tune`. */
  readonly fit: number;
  readonly tune: number;
  readonly ratio: number;
  /** Models that `tune` fitted. */
  readonly fits: number;
  /** The most memory that `tune` took beyond what was held before, and how much it may take. */
  readonly megabytes: number;
  readonly allowed: number;
  /** Whether it has at most six features. */
  readonly isSmall: boolean;
}

/** The share of the rows that `tune` keeps for the certificate. */
const CERTIFY = 0.4;

async function timesOf<Row, L extends Label, Name extends string>(
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
    blockBytes = blocks.reduce((sum, block) => sum + 4 * entries(block), 0);
    const whole = blocks.map((block) => ({ block }));
    await fitOn(full, features.names, whole, { truth, width: classes.length }, origin, { seed });
  };
  const counted = counting(full);
  const before = await secondsOf(fitOnce);
  const memory = watchMemory();
  const took = await secondsOf(() => tuneOn({ ...problem, full: counted.learner }, seed));
  const megabytes = memory.stop();
  const fit = mean([before, await secondsOf(fitOnce)]);
  return {
    fit,
    tune: took,
    ratio: took / fit,
    fits: counted.fits(),
    megabytes,
    allowed: (MOST_MEMORY.blocks * blockBytes) / 1e6 + MOST_MEMORY.megabytes,
    isSmall: features.names.length <= 6,
  };
}

async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const start = processorClock.now();
  await run();
  return (processorClock.now() - start) / 1000;
}

/** The same learner, which counts its fits and those of its lighter and rougher forms and its probe. */
function counting(learner: Learner): { readonly learner: Learner; fits(): number } {
  let fits = 0;
  const counted = (of: Learner): Learner => ({
    ...of,
    ...(of.lighter && { lighter: () => counted(of.lighter?.() ?? of) }),
    ...(of.probe && { probe: () => counted(of.probe?.() ?? of) }),
    ...(of.rough && { rough: () => counted(of.rough?.() ?? of) }),
    fit(set, context) {
      fits++;
      return of.fit(set, context);
    },
  });
  return { learner: counted(learner), fits: () => fits };
}

function tuneOn<Row, L extends Label, Name extends string>(
  { features, rows, labels, full, epsilon }: TuningProblem<Row, L, Name>,
  seed: number,
  rest: Pick<Parameters<typeof tune<Row, L, Name>>[0], 'effort' | 'profile'> = {},
): Promise<Cascade<Row, L, Name>> {
  return tune<Row, L, Name>({
    features,
    rows,
    labels,
    full,
    bound: { loss: 'accuracy', epsilon, delta: 0.05 },
    // Rows of a generator are draws, and so are images that happen to be equal.
    repeats: true,
    seed,
    ...rest,
  });
}

/** The cost on fresh rows of the plan that is found, over that of the search that tries all in full, from one profile. */
async function costRatio<Row, L extends Label, Name extends string>(
  problem: TuningProblem<Row, L, Name>,
  seed: number,
): Promise<number> {
  const found = await tuneOn(problem, seed);
  const thorough = await tuneOn(problem, seed, { effort: 'thorough', profile: found.profile });
  const again = await tuneOn(problem, seed, { profile: found.profile });
  const { rows } = problem.unseen;
  return (await costOn(again, rows)) / (await costOn(thorough, rows));
}

/** Mean cost of fresh rows, by the plan's costs of each stage. */
async function costOn<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  rows: readonly Row[],
): Promise<number> {
  const { exits } = await cascade.predict(rows);
  const steps = [...cascade.plan.stages, cascade.plan.full];
  return steps.reduce(
    (sum, { cost }, s) => sum + (cost * exits.filter((exit) => exit >= s).length) / exits.length,
    0,
  );
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
