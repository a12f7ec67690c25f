import { type Label, logisticRegression } from 'spillway';
import { columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { type Hotspots, hotspotsOf } from '../harness/hotspots.js';
import { machine, peakMemory, versions } from '../harness/machine.js';
import { glossFeatures, splitGlosses } from './expected-data.js';
import { tuneOn } from './tuneOn.js';
import { type TuningProblem, type TuningSize, tuningWorkloads, type UseProblem } from './workloads.js';

/** Where the processor time of `tune` and `predict` goes, by function, and the peak memory of `tune`. */
export const profile: Workload = { run };

const WHOLE: TuningSize = { share: 1, rounds: 100 };
const QUICK: TuningSize = { share: 0.05, rounds: 8 };
const USUAL = ['mail', 'glosses', 'table'];
/** Times that a cascade answers the unseen rows while it is sampled. */
const ANSWERED = 20;

async function run({ seeds: [seed = 1] = [], quick, cases = USUAL, log }: RunOptions) {
  const perCase = [];
  for (const name of cases) {
    log(`${name}: tuning`);
    const found = await problemOf(name, seed, quick ? QUICK : WHOLE, (problem) => profileOf(problem, seed));
    perCase.push({ name, ...found });
  }
  const json = {
    workload: 'profile',
    quick,
    machine: machine(),
    versions: versions(),
    seed,
    perCase,
    checks: [],
  };
  const table = perCase.map(({ name, tune, predict, peakMB }) =>
    [`${name}: at most ${peakMB.toFixed(0)} MB`, textOf('tune', tune), textOf('predict', predict)].join(
      '\n\n',
    ),
  );
  return { json, table: table.join('\n\n') };
}

async function profileOf<Row, L extends Label, Name extends string>(
  problem: TuningProblem<Row, L, Name>,
  seed: number,
) {
  const { result: tuned, peakMB } = await peakMemory(() => hotspotsOf(() => tuneOn(problem, seed)));
  const { result: cascade, hotspots: tune } = tuned;
  const { hotspots: predict } = await hotspotsOf(async () => {
    for (let i = 0; i < ANSWERED; i++) await cascade.predict(problem.unseen.rows);
  });
  return { tune, predict, peakMB };
}

async function problemOf<Result>(
  name: string,
  seed: number,
  size: TuningSize,
  use: UseProblem<Result>,
): Promise<Result> {
  const workload = tuningWorkloads.find((each) => each.name === name);
  if (workload !== undefined) return workload.make(seed, size, use);
  if (name !== 'glosses') throw new RangeError(`no case is named '${name}'; known are ${KNOWN.join(', ')}`);
  const { rows, labels, unseen } = await splitGlosses(seed, {
    known: 8_000 * Math.max(0.25, size.share),
    unseen: 8_192,
  });
  const full = logisticRegression({ tolerance: 1e-4 });
  return use({
    features: glossFeatures,
    rows,
    labels,
    unseen: { rows: unseen, labels: [] },
    full,
    epsilon: 0.03,
  });
}

const KNOWN = ['glosses', ...tuningWorkloads.map(({ name }) => name)];

function textOf(title: string, { seconds, self, inclusive }: Hotspots): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return columns([
    [`${title}, ${seconds.toFixed(1)} s`, 'own', 'with what it calls', ''],
    ...self.map((own, i) => [
      own.name,
      percent(own.share),
      inclusive[i]?.name ?? '',
      percent(inclusive[i]?.share ?? 0),
    ]),
  ]);
}
