import type { Check } from '../harness/checks.js';
import { type Length, runTasks, tasksOf, trialsAt } from './pool.js';
import { type Flagged, faultOf, promiseCheck, type Result, willumpOf } from './result.js';
import { type TunedWorld, tunedWorlds } from './tuned.js';
import { addTunes, noTunes, type TunedTally } from './tuning.js';

const CHUNK = 4;

export interface TunedResult extends Result {
  /** Trials whose cascade loses more than epsilon by the law; `violations` are those that do on fresh rows. */
  readonly exactViolations: number;
  readonly certified: number;
  /** How many cascades had which stages and exits. */
  readonly chains: Readonly<Record<string, number>>;
}

/** In these the planted faults show. */
const FEWEST = 8;

/** The public `tune`, again and again, and what its cascades truly lose. */
export async function endToEnd(
  isRun: (name: string) => boolean,
  seed: number,
  length: Length,
  log: (text: string) => void,
): Promise<{ worlds: TunedResult[]; faults: Flagged[] }> {
  const { quick } = length;
  const worlds = tunedWorlds(quick).map((world) => ({
    ...world,
    trials: trialsAt(length, world.trials, FEWEST),
  }));
  const tasks = worlds.flatMap(({ name, trials }, i) => tasksOf(i, isRun(name) ? trials : 0, seed, CHUNK));
  const tallies = worlds.map(() => noTunes);
  await runTasks<TunedTally>('tunedWorker.ts', tasks, quick, ({ subject }, tally) => {
    tallies[subject] = addTunes(tallies[subject], tally);
    const { trials, violations } = tallies[subject];
    const { name, trials: all } = worlds[subject];
    if (trials === all) log(`${name}: ${violations} of ${all} broken`);
  });
  const results = worlds.map((world, i) => resultOf(world, tallies[i]));
  return {
    worlds: results.filter(({ name }) => isRun(name)),
    faults: worlds.flatMap((world, i) =>
      isRun(world.name) ? faultsOf(world, results[i], tallies[i], quick) : [],
    ),
  };
}

function resultOf({ name, loss, epsilon, delta }: TunedWorld, tally: TunedTally): TunedResult {
  const { trials, violations, exactViolations, willumpViolations, certified, chains } = tally;
  return {
    name,
    loss,
    n: tally.n / trials,
    unit: 'rows',
    epsilon,
    delta,
    trials,
    violations,
    exactViolations,
    expected: null,
    acceptance: tally.accepted / trials,
    oracleAcceptance: tally.oracleAccepted / trials,
    willumpViolations,
    bandViolations: null,
    certified,
    chains,
  };
}

/** Checks the true loss itself: a hundred thousand rows give it to a few hundredths of epsilon. */
export function exactCheck(result: TunedResult): Check {
  return promiseCheck({ ...result, name: `${result.name}, by the law`, violations: result.exactViolations });
}

/** The same trials with other models, or another plan. */
function faultsOf(
  { refit, name }: TunedWorld,
  result: TunedResult,
  tally: TunedTally,
  quick: boolean,
): Flagged[] {
  if (refit) {
    const violations = tally.refittedViolations;
    return [faultOf({ ...result, name: 'models refitted after certification', violations })];
  }
  // In few trials it may hide.
  return quick ? [] : [willumpOf(result, name)];
}
