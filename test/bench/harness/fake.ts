import { atLeast, leftOut } from '../../../bench/harness/checks.js';
import { runBench, type Workload } from '../../../bench/harness/harness.js';

/** The harness over workloads that measure nothing: run as a process by the test beside this. */

function workload(speed: number): Workload {
  return {
    async run({ seeds, quick, full, backend, log }) {
      log('working');
      const checks = [atLeast('speed', speed, 2), leftOut('peer', '>= 1', 'not installed')];
      return {
        json: { checks, ...{ seeds: seeds ?? [1, 2, 3], quick, full, backend } },
        table: `speed ${speed}`,
      };
    },
  };
}

process.exitCode = await runBench(process.argv.slice(2), { good: workload(3), bad: workload(1) });
