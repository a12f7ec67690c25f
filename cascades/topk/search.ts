import { boldest, goesOn, type RankChain, type RankStage, type Trial } from './chain.js';
import type { CutKind } from './cut.js';

export interface FoundChain {
  readonly chain: RankChain;
  /** Expected cost of a candidate at the boldest width that may be expected to pass, and that width. */
  readonly cost: number;
  readonly log: number;
}

const WIDTH = 4;
/** Of the chains of one length, how many have the widths of their cuts set beside each other: it takes long. */
const BALANCED = 1;
const MOST_STAGES = 4;
/** Steps in which the width of one stage's cut is moved beside the others', in logarithms. */
const STEPS = [0.8, 0.4];

/** What a stage alone would cost a candidate, by the kind of its cut, where that is less than to keep all. */
export function aloneCosts(stage: RankStage, trial: Trial): Map<CutKind, number> {
  const costs = stage.families.map((family): [CutKind, number] => [
    family.kind,
    evaluate([stage], [family], trial, trial.costs.full).cost,
  ]);
  return new Map(costs.filter(([, cost]) => Number.isFinite(cost)));
}

/**
 * The chain of nested stages, with the kinds of their cuts and their widths beside each other, whose candidates cost least where the
 * promise may just be expected to pass; `undefined` where none may.
 *
 * Beam search as for cascades: the best chains so far are extended by every stage that fits between theirs, each with the kind of cut that
 * serves it best alone, until nothing is cheaper. Then the kinds are tried anew, stage by stage.
 *
 * @param trial some of the queries, to compare chains on
 * @param whole all of them, for the widths of the chain that is found
 */
export function searchRankChain(
  stages: readonly RankStage[],
  trial: Trial,
  whole: Trial,
): FoundChain | undefined {
  const alone = stages.map((stage) => bestAlone(stage, trial));
  const best = new Map(stages.map((stage, i) => [stage, alone[i]]));
  let beam = cheapest(alone);
  const known = new Set<string>();
  for (let length = 2; length <= MOST_STAGES && beam.length > 0; length++) {
    const extended = beam.flatMap(({ chain }) =>
      extensions(chain.stages, stages).flatMap((longer) => {
        const key = longer.map((stage) => stages.indexOf(stage)).join(' ');
        if (known.has(key)) return [];
        known.add(key);
        if (trial.costs.stages(longer, [1, ...longer.map(() => 0)])[0] >= beam[0].cost) return [];
        const families = longer.flatMap((stage) => best.get(stage)?.chain.families ?? []);
        return families.length === longer.length ? [evaluate(longer, families, trial, trial.costs.full)] : [];
      }),
    );
    const longest = cheapest(extended).slice(0, BALANCED);
    extended.push(...longest.map((found) => balanced(found, trial)));
    const next = cheapest([...beam, ...extended]);
    if (next[0].cost >= beam[0].cost) break;
    beam = next;
  }
  if (beam.length === 0) return undefined;
  const { chain, log } = withBestKinds(beam[0], trial);
  const { stages: own, families, widths } = chain;
  const found = balanced(evaluate(own, families, whole, whole.costs.full, widths, log), whole);
  return Number.isFinite(found.cost) ? found : undefined;
}

function evaluate(
  stages: readonly RankStage[],
  families: RankChain['families'],
  trial: Trial,
  limit: number,
  widths: readonly number[] = stages.map(() => 0),
  start = 0,
): FoundChain {
  const chain = { stages, families, widths };
  const { log, cost } = boldest(chain, trial, limit, start);
  return { chain, log, cost };
}

function bestAlone(stage: RankStage, trial: Trial): FoundChain {
  const found = stage.families.map((family) => evaluate([stage], [family], trial, trial.costs.full));
  return found.reduce((best, next) => (next.cost < best.cost ? next : best));
}

/** Moves the widths of later stages beside the first one's, one at a time, as long as that makes the chain cheaper. */
function balanced(found: FoundChain, trial: Trial): FoundChain {
  let best = found;
  const { stages, families } = found.chain;
  for (const step of STEPS) {
    for (let s = 1; s < stages.length; s++) {
      for (const move of [step, -step]) {
        const widths = best.chain.widths.with(s, best.chain.widths[s] + move);
        const next = evaluate(
          stages,
          families,
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
    for (const family of stage.families) {
      const { stages, families, widths } = best.chain;
      if (family === families[s]) continue;
      const next = evaluate(stages, families.with(s, family), trial, best.cost, widths, best.log);
      if (next.cost < best.cost) best = next;
    }
  });
  return best === found ? found : balanced(best, trial);
}

function extensions(stages: readonly RankStage[], all: readonly RankStage[]): RankStage[][] {
  return all.flatMap((stage) => {
    const at = stages.findIndex((other) => !goesOn(other, stage));
    const place = at < 0 ? stages.length : at;
    return place === stages.length || goesOn(stage, stages[place]) ? [stages.toSpliced(place, 0, stage)] : [];
  });
}

function cheapest(found: readonly FoundChain[]): FoundChain[] {
  return [...found]
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, WIDTH);
}
