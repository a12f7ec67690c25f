import { batchStepsOf } from '../../../cascades/internal.js';
import type { AgreementRow } from '../../../datasets/index.js';
import { random } from '../../../lib/stats/index.js';
import { certifiedPartitions, type Drawn } from './partitionedBatch.js';
import type { Scenario } from './scenario.js';
import { once, rowsOf, tuneOn } from './worldCascade.js';

const PARTITIONS = 12;
const OF_EACH = 150;
const ROWS = PARTITIONS * OF_EACH;
const CLAIM = { epsilon: 0.02, delta: 0.05 };
const ALLOWED = Math.floor(CLAIM.epsilon * ROWS);

const tuned = once(async () => {
  const bound = { epsilon: CLAIM.epsilon, delta: CLAIM.delta };
  return batchStepsOf(await tuneOn(rowsOf(1_500, 12), { bound }));
});

/** The rows that are drawn of those that may be, in some other way than by keyed numbers. */
type Choice = (open: readonly Drawn[], count: number, seed: number) => readonly Drawn[];

/**
 * A batch at the edge of the promise. The last rows to come have as many errors as the sample may have, and one more
 * than are allowed. All plans make them that let out a third of the rows or more. So the promise breaks whenever such a
 * plan passes, and what is measured is the test's own level.
 */
async function broke(seed: number, choose?: Choice): Promise<boolean> {
  const steps = await tuned();
  const agreeing = rowsOf(ROWS, 7_000_000 + seed).map((row) => ({ ...row, costly: row.cheap }));
  const partitions = cut(agreeing);
  const coded = await Promise.all(
    [...partitions].map(async ([name, rows]) => [name, await steps.score(rows)] as const),
  );
  const counts = new Map(coded.map(([name, each]) => [name, steps.counts(seed, name, each)]));
  const { errors } = steps.design([...partitions.keys()], counts, CLAIM);
  const leaving = (j: number) => [...counts.values()].reduce((sum, each) => sum + each.leaving[j], 0);
  let plan = 0;
  while (leaving(plan) < ROWS / 3) plan++;
  const leaves = coded.flatMap(([, each]) =>
    Array.from(steps.exits(plan, each).answers, (answer) => !Number.isNaN(answer)),
  );
  let left = ALLOWED + 1 + errors;
  const rows = agreeing.slice();
  for (let row = ROWS - 1; row >= 0 && left > 0; row--) {
    if (!leaves[row]) continue;
    rows[row] = { ...rows[row], costly: -rows[row].costly };
    left--;
  }
  const { answers } = await certifiedPartitions(
    steps,
    cut(rows),
    { ...CLAIM, seed },
    choose && ((open, count) => choose(open, count, seed)),
  );
  const full = await steps.ask(rows);
  const wrong = [...answers.values()]
    .flatMap((each) => [...each])
    .filter((answer, row) => answer !== full[row]);
  return wrong.length > ALLOWED;
}

function cut(rows: readonly AgreementRow[]): Map<string, readonly AgreementRow[]> {
  return new Map(
    Array.from({ length: PARTITIONS }, (_, p) => [`p${p}`, rows.slice(p * OF_EACH, (p + 1) * OF_EACH)]),
  );
}

const numberOf = ({ partition }: Drawn) => Number(partition.slice(1));

/** As they come: partition after partition, row after row. */
const firstToCome: Choice = (open, count) =>
  [...open].sort((a, b) => numberOf(a) - numberOf(b) || a.index - b.index).slice(0, count);

/** All rows of some partitions: as many rows as a sample has, and far fewer independent ones. */
const wholePartitions: Choice = (open, count, seed) => {
  const order = Int32Array.from({ length: PARTITIONS }, (_, p) => p);
  random(seed).fork('partitions').shuffle(order);
  return [...open].sort((a, b) => order[numberOf(a)] - order[numberOf(b)]).slice(0, count);
};

function scenario(name: string, fault: string, choice: Choice): Scenario {
  return {
    name,
    fault,
    delta: CLAIM.delta,
    trials: 400,
    quickTrials: 20,
    trial: async (seed) => ({ broken: await broke(seed), faultBroken: await broke(seed, choice) }),
  };
}

export const batchPartitions: readonly Scenario[] = [
  scenario(
    'a batch over partitions, with errors in the last ones alone',
    'the first rows to come are the sample of a batch over partitions',
    firstToCome,
  ),
  scenario(
    'a batch over partitions, with errors in few of them',
    'whole partitions are the sample of a batch over partitions',
    wholePartitions,
  ),
];
