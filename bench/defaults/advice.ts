import { columns } from '../harness/checks.js';
import { type RunOptions, sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { adviceCheck, changed, type Followed, follow, isReached, reachedShare } from './follow.js';
import { openable, peersOf } from './needs.js';

const CASES = {
  quick: ['glosses', 'delays'],
  usual: ['mail', 'glosses', 'digits', 'sources', 'delays', 'airports'],
} as const;

const casesOf = ({ quick, cases }: Pick<RunOptions, 'quick' | 'cases'>) =>
  cases ?? CASES[quick ? 'quick' : 'usual'];

/** What `tune` without options advises, and whether following it gives what it said. */
export const advice: Workload = {
  peers: (options) => peersOf(casesOf(options)),
  async run({ seeds = [1], quick, full, cases, log }) {
    const size = sizeOf({ quick, full });
    const proposals: (Followed & { readonly problem: string; readonly seed: number })[] = [];
    for (const [name, problem] of openable(casesOf({ quick, cases }))) {
      log(name);
      for (const seed of seeds)
        for (const each of await problem(seed, size, follow(seed, log)))
          proposals.push({ problem: name, seed, ...each });
    }
    const json = {
      workload: 'advice',
      quick,
      machine: machine(),
      versions: versions(),
      seeds,
      proposals,
      share: proposals.length === 0 ? null : reachedShare(proposals),
      checks: [adviceCheck(proposals)],
    };
    const table = columns([
      ['', 'seed', 'advice', 'figure', 'before', 'after', 'verdict', 'within a third'],
      ...proposals.map((each) => [
        each.problem,
        String(each.seed),
        `${each.option} ${changed(each)}${each.isCertified ? ', certified already' : ''}`,
        ...[each.figure, each.before, each.speedup].map((speedup) => `${speedup.toFixed(1)}x`),
        each.verdict,
        isReached(each) ? 'yes' : 'no',
      ]),
    ]);
    return { json, table };
  },
};
