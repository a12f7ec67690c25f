import type { Task } from './pool.js';
import { type Scenario, scenarios } from './scenarios/index.js';

/** Trials of one scenario that broke the promise: as it is, and with the mistake planted. */
export interface ScenarioTally {
  readonly violations: number;
  readonly faultViolations: number;
}

async function runTrials(scenario: Scenario, { seed, from, to }: Task): Promise<ScenarioTally> {
  let violations = 0;
  let faultViolations = 0;
  for (let trial = from; trial < to; trial++) {
    const { broken, faultBroken } = await scenario.trial(seed * 1_000_003 + trial);
    violations += Number(broken);
    faultViolations += Number(faultBroken);
  }
  return { violations, faultViolations };
}

process.on('message', async (task: Task) => {
  process.send?.(await runTrials(scenarios[task.subject], task));
});
