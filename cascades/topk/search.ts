import { isNested } from '../chain/index.js';
import { boldest, type RankChain, type RankStage, type Trial } from './chain.js';
import type { CutKind } from './cut.js';

export interface FoundChain {
  readonly chain: RankChain;
  /** Expected cost of a candidate at the boldest width that may be expected to pass, and that width. */
  readonly cost: number;
  readonly log: number;
}

const WIDTH = 4;
const MOST_STAGES = 4;
/** Steps in which the width of one stage's cut is moved beside the others', in logarithms. */
const STEPS = [1, 0.5, 0.25];

/** What a stage alone would cost a candidate, by the kind of its cut, where that is less than to keep all. */
export function aloneCosts(stage: RankStage, trial: Trial): Map<CutKind, number> {
  const costs = stage.families.map((family): [CutKind, number] => [
    family.kind,
    evaluate([stage], [family], trial, trial.fullCost).cost,
  ]);
  return new Map(costs.filter(([, cost]) => Number.isFinite(cost)));
}

/**
 * The chain of nested stages, with the kinds of their cuts and their widths beside each other, whose candidates cost least where the
 * promise may just be expected to pass; `undefined` where none may.
 *
 * Beam search as for cascades: the best chains so far are extended by every stage that fits between theirs, each with the kind of cut that
 * serves it best alone, until nothing is cheaper. Then the kinds are tried anew, stage by stage.
 */
export function searchRankChain(stages: readonly RankStage[], trial: Trial): FoundChain | undefined {
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
        if (trial.costs(longer)[0] >= beam[0].cost) return [];
        const families = longer.flatMap((stage) => best.get(stage)?.chain.families ?? []);
        return families.length === longer.length ? [balanced(longer, families, trial, trial.fullCost)] : [];
      }),
    );
    const next = cheapest([...beam, ...extended]);
    if (next[0].cost >= beam[0].cost) break;
    beam = next;
  }
  return beam.length === 0 ? undefined : withBestKinds(beam[0], trial);
}

function evaluate(
  stages: readonly RankStage[],
  families: RankChain['families'],
  trial: Trial,
  limit: number,
  widths: readonly number[] = stages.map(() => 0),
): FoundChain {
  const chain = { stages, families, widths };
  const { log, cost } = boldest(chain, trial, limit);
  return { chain, log, cost };
}

function bestAlone(stage: RankStage, trial: Trial): FoundChain {
  const found = stage.families.map((family) => evaluate([stage], [family], trial, trial.fullCost));
  return found.reduce((best, next) => (next.cost < best.cost ? next : best));
}

/** Moves the widths of later stages beside the first one's, one at a time, as long as that makes the chain cheaper. */
function balanced(
  stages: readonly RankStage[],
  families: RankChain['families'],
  trial: Trial,
  limit: number,
  start?: readonly number[],
): FoundChain {
  let best = evaluate(stages, families, trial, limit, start);
  for (const step of STEPS) {
    for (let s = 1; s < stages.length; s++) {
      for (const move of [step, -step]) {
        const widths = best.chain.widths.with(s, best.chain.widths[s] + move);
        const next = evaluate(stages, families, trial, Math.min(limit, best.cost), widths);
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
      const next = balanced(stages, families.with(s, family), trial, best.cost, widths);
      if (next.cost < best.cost) best = next;
    }
  });
  return best;
}

function extensions(stages: readonly RankStage[], all: readonly RankStage[]): RankStage[][] {
  return all.flatMap((stage) => {
    const at = stages.findIndex((other) => !isNested(other, stage));
    const place = at < 0 ? stages.length : at;
    return place === stages.length || isNested(stage, stages[place])
      ? [stages.toSpliced(place, 0, stage)]
      : [];
  });
}

function cheapest(found: readonly FoundChain[]): FoundChain[] {
  return [...found]
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, WIDTH);
}
