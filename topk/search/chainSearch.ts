import { beamSearch, cheapest, insertions } from '../../cascades/internal.js';
import type { CutKind } from '../cuts/index.js';
import {
  CONSERVATIVE,
  goesOn,
  mostAggressiveWidth,
  outcomeAt,
  type RankChain,
  type RankStage,
  type Trial,
} from './rankChain.js';

export interface FoundChain {
  readonly chain: RankChain;
  /**
   * Expected cost of a candidate at the most aggressive width that is expected to pass, and that
   * width.
   */
  readonly cost: number;
  readonly log: number;
}

const BEAM = { width: 4, rounds: 3, until: 'best' } as const;
/** The number of chains of each length whose widths are balanced jointly: it is slow. */
const BALANCED = 1;
/** Steps in the width of one stage's cut against the others', in logarithms. */
const STEPS = [0.8, 0.4];

/**
 * The cost of a candidate with this stage alone, by the kind of its cut, if that is less than
 * keeping all.
 */
export function aloneCosts(stage: RankStage, trial: Trial): Map<CutKind, number> {
  const costs = stage.cutCandidates.map((candidate): [CutKind, number] => [
    candidate.kind,
    evaluate([stage], [candidate], trial, trial.costs.full).cost,
  ]);
  return new Map(costs.filter(([, cost]) => Number.isFinite(cost)));
}

/**
 * The chain of nested stages, with the kinds of their cuts and their widths beside each other, whose candidates cost
 * least where the promise may just be expected to pass; `undefined` if none may.
 *
 * Beam search as for cascades: the best chains so far are extended by every stage that fits between
 * theirs, each with the kind of cut that is best for it alone, until nothing is cheaper. Then the
 * kinds are tried again, stage by stage.
 *
 * @param trial some of the queries, to compare chains on
 * @param whole all queries, for the widths of the chain that is found
 */
export function searchRankChain(
  stages: readonly RankStage[],
  trial: Trial,
  whole: Trial,
): FoundChain | undefined {
  const alone = stages.map((stage) => bestAlone(stage, trial));
  const best = new Map(stages.map((stage, i) => [stage, alone[i]]));
  const known = new Set<string>();
  const beam = beamSearch(
    alone,
    (found) => {
      const longer = found.flatMap(({ chain }) => insertions(chain.stages, stages, goesOn));
      const extended = longer.flatMap((chain) => {
        const key = chain.map((stage) => stages.indexOf(stage)).join(' ');
        if (known.has(key)) return [];
        known.add(key);
        if (trial.costs.stages(chain, [1, ...chain.map(() => 0)])[0] >= found[0].cost) return [];
        const cutCandidates = chain.flatMap((stage) => best.get(stage)?.chain.cutCandidates ?? []);
        return cutCandidates.length === chain.length
          ? [evaluate(chain, cutCandidates, trial, trial.costs.full)]
          : [];
      });
      const longest = cheapest(extended, BALANCED);
      return [...extended, ...longest.map((one) => balanced(one, trial))];
    },
    BEAM,
  );
  if (beam.length === 0) return undefined;
  const { chain, log } = withBestKinds(beam[0], trial);
  const { stages: own, cutCandidates, widths } = chain;
  const found = balanced(evaluate(own, cutCandidates, whole, whole.costs.full, widths, log), whole);
  return Number.isFinite(found.cost) ? found : undefined;
}

function evaluate(
  stages: readonly RankStage[],
  cutCandidates: RankChain['cutCandidates'],
  trial: Trial,
  limit: number,
  widths: readonly number[] = stages.map(() => 0),
  start = 0,
): FoundChain {
  const chain = { stages, cutCandidates, widths };
  const { log, cost } = mostAggressiveWidth(chain, trial, limit, start);
  return { chain, log, cost };
}

function bestAlone(stage: RankStage, trial: Trial): FoundChain {
  const found = stage.cutCandidates.map((candidate) =>
    evaluate([stage], [candidate], trial, trial.costs.full),
  );
  return found.reduce((best, next) => (next.cost < best.cost ? next : best));
}

/** Moves the widths of later stages beside the first one's, one at a time, as long as that makes the chain cheaper. */
function balanced(found: FoundChain, trial: Trial): FoundChain {
  let best = found;
  const { stages, cutCandidates } = found.chain;
  for (const step of STEPS) {
    for (let s = 1; s < stages.length; s++) {
      for (const move of [step, -step]) {
        const widths = best.chain.widths.with(s, best.chain.widths[s] + move);
        const next = evaluate(
          stages,
          cutCandidates,
          trial,
          Math.min(trial.costs.full, best.cost),
          widths,
          best.log,
        );
        if (next.cost >= best.cost) continue;
        best = next;
        break;
      }
    }
  }
  return best;
}

function withBestKinds(found: FoundChain, trial: Trial): FoundChain {
  if (found.chain.stages.length === 1) return found;
  let best = found;
  found.chain.stages.forEach((stage, s) => {
    for (const candidate of stage.cutCandidates) {
      const { stages, cutCandidates, widths } = best.chain;
      if (candidate === cutCandidates[s]) continue;
      const next = evaluate(stages, cutCandidates.with(s, candidate), trial, best.cost, widths, best.log);
      if (next.cost < best.cost) best = next;
    }
  });
  return best === found ? found : balanced(best, trial);
}

const COARSE = 0.4;
const FINE = 0.03;
/** Steps are fine near the width that is expected to pass, and continue beyond it. */
const NEAR = 0.3;
const BEYOND = 1.5;

/**
 * The widths of a chain's plans, from conservative to aggressive, all cuts moved together: from the
 * first that is cheaper than keeping all, past the one that is expected to pass. Chosen without the
 * certification queries.
 */
export function widthPath({ chain, log }: FoundChain, trial: Trial): number[] {
  const path: number[] = [];
  let conservative = log + NEAR;
  while (conservative < CONSERVATIVE && outcomeAt(chain, conservative, trial).cost < trial.costs.full) {
    path.unshift(conservative);
    conservative += COARSE;
  }
  for (let at = log + NEAR - FINE; at > log - BEYOND; at -= FINE) path.push(at);
  return path;
}
