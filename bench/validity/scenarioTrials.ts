import { atLeast, type Check } from '../harness/checks.js';
import { type Length, runTasks, tasksOf, trialsAt } from './pool.js';
import { chanceOfMore, LEVEL } from './refuted.js';
import { faultCheck } from './result.js';
import { scenarios } from './scenarios/index.js';
import type { ScenarioTally } from './scenarioWorker.js';

const CHUNK = 5;

/** The result of one scenario's trials. Plain data. */
export interface ScenarioResult extends ScenarioTally {
  readonly name: string;
  readonly fault: string;
  readonly delta: number;
  readonly level: number;
  readonly trials: number;
}

/** Runs the trials of scenarios. */
export async function scenarioTrials(
  isRun: (name: string) => boolean,
  seed: number,
  length: Length,
  log: (text: string) => void,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = scenarios.map(
    ({ name, fault, delta, level = LEVEL, trials, quickTrials }) => ({
      name,
      fault,
      delta,
      level,
      trials: isRun(name) ? trialsAt(length, trials, quickTrials) : 0,
      violations: 0,
      faultViolations: 0,
    }),
  );
  const tasks = results.flatMap(({ trials }, i) => tasksOf(i, trials, seed, CHUNK));
  const done = results.map(() => 0);
  await runTasks<ScenarioTally>('scenarioWorker.ts', tasks, length.quick, ({ subject, from, to }, tally) => {
    const { violations, faultViolations, ...rest } = results[subject];
    results[subject] = {
      ...rest,
      violations: violations + tally.violations,
      faultViolations: faultViolations + tally.faultViolations,
    };
    done[subject] += to - from;
    const { name, trials, violations: broken, faultViolations: planted } = results[subject];
    if (done[subject] === trials) log(`${name}: ${broken} of ${trials} broken, ${planted} with the fault`);
  });
  return results.filter(({ trials }) => trials > 0);
}

/** The promise isn't refuted, and the planted fault is. */
export function scenarioChecks({
  name,
  fault,
  delta,
  level,
  trials,
  violations,
  faultViolations,
}: ScenarioResult): Check[] {
  return [
    atLeast(
      `${name}: chance of ${violations} or more of ${trials} broken, were it ${delta}`,
      chanceOfMore(violations, trials, delta),
      level,
    ),
    faultCheck({
      name: fault,
      trials,
      violations: faultViolations,
      expected: delta,
      flagged: chanceOfMore(faultViolations, trials, delta) < LEVEL,
    }),
  ];
}
