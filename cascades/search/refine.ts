import { sumSimple } from 'simple-statistics';
import type { Random } from '../../lib/stats/index.js';
import {
  type Candidate,
  type Chain,
  costAtLoss,
  exitsAt,
  type Thresholds,
  thresholdsAtLoss,
  traffic,
} from '../chain/index.js';
import { fitting, type Judging, joined, type Material, onSome, tryStage } from '../training/index.js';
import type { CostedChain, SearchOptions } from './chainSearch.js';
import { amongRounds } from './fewerRows.js';
import { inFirstRounds } from './finalists.js';

/** A model of fewer rows of a class than this isn't worth a try. */
const FEWEST = 10;
/** A stage isn't refitted where the rows that it passes on pay less than this share of all that is paid. */
const WORTHWHILE = 0.01;

/** How chains are compared whose stages are judged so. */
type Compare = (judging: Judging) => Pick<SearchOptions, 'costs' | 'target'>;

/**
 * Refits the later stages of a chain on only the rows that earlier stages pass on (except prefixes
 * of ensembles), and keeps each that makes the chain cheaper: Viola and Jones's bootstrapping (CVPR
 * 2001, section 4), on rows that the passing models hadn't seen.
 *
 * A stage is refitted to both targets. With many rows it is refitted to its own alone, in the first
 * rounds, and in the others only where it makes the chain cheaper there. A stage after which hardly anything is paid
 * isn't refitted: at best it would answer all rows that it gets.
 */
export async function refineStages(
  material: Material,
  judging: Judging<'selection'>,
  found: CostedChain,
  compare: Compare,
  random: Random,
): Promise<CostedChain> {
  const { costs, target } = compare(judging);
  const isWhole = inFirstRounds(material, judging, random) === judging;
  let best = found;
  for (let s = 1; s < best.chain.stages.length; s++) {
    const { chain } = best;
    const stage = chain.stages[s];
    const thresholds = thresholdsAtLoss(chain, target);
    if (stage.prefix !== null || paidAfter(chain, thresholds, s) < WORTHWHILE * best.cost) continue;
    const passed = passing(judging, chain, thresholds, s);
    if (!isEnough(material, judging, passed)) continue;
    const specs = (['labels', 'answers'] as const)
      .filter((target) => material.targets[target] && (isWhole || target === stage.target))
      .map((target) => ({ ...stage, target, passed: true, passedRows: passed }));
    for (const candidate of await refitted(material, judging, chain, s, specs, compare, random)) {
      const stages = chain.stages.with(s, candidate);
      const refined = { ...chain, stages, costs: costs(stages) };
      const cost = costAtLoss(refined, target);
      if (cost < best.cost) best = { chain: refined, cost };
    }
  }
  return best;
}

/** The stage as these specs say, as far as the chain is cheaper with it in the first rounds. */
async function refitted(
  material: Material,
  judging: Judging<'selection'>,
  chain: Chain,
  s: number,
  specs: readonly Candidate[],
  compare: Compare,
  random: Random,
): Promise<readonly Candidate[]> {
  const first = inFirstRounds(material, judging, random);
  const begun = await Promise.all(specs.map((spec) => tryStage(fitting(material, 'refit'), first, spec)));
  if (first === judging) return begun;
  const { costs, target } = compare(first);
  const before = chain.stages.flatMap((stage) => onSome(material, judging, first, stage) ?? []);
  const costOf = (candidate: Candidate) => {
    const stages = before.with(s, candidate);
    const { length: rows } = first.scored;
    return costAtLoss({ stages, costs: costs(stages), rows, width: material.width }, target);
  };
  const cost = costOf(before[s]);
  const [least] = begun
    .map((candidate, i) => ({ candidate, spec: specs[i], cost: costOf(candidate) }))
    .filter((each) => each.cost < cost)
    .sort((a, b) => a.cost - b.cost);
  if (least === undefined) return [];
  const rest = amongRounds(judging, first.rounds.length, judging.rounds.length, random);
  const ended = await tryStage(fitting(material, 'refit'), rest, least.spec);
  const parts = [
    { judging: first, candidates: [least.candidate] },
    { judging: rest, candidates: [ended] },
  ];
  return joined(material, judging, parts) ?? [];
}

/** What a row pays on average after a stage. */
function paidAfter(chain: Chain, thresholds: Thresholds, stage: number): number {
  const stages = chain.stages.map(({ evidence }) => evidence);
  const { spent } = traffic({ rows: chain.rows, stages, costs: chain.costs }, thresholds);
  return sumSimple(spent.slice(stage + 1)) / chain.rows;
}

/** The development rows that no stage before `stage` answers. */
function passing({ scored }: Judging, { stages }: Chain, thresholds: Thresholds, stage: number): Int32Array {
  return scored.filter(
    (_, row) => !stages.slice(0, stage).some((s, i) => exitsAt(s.evidence, thresholds[i], row)),
  );
}

/** Whether every round leaves rows to fit on: of classes, rows of at least two. */
function isEnough({ targets, width }: Material, { rounds }: Judging, passed: Int32Array): boolean {
  const labels = (targets.labels ?? targets.answers)?.truth;
  if (labels === undefined) return false;
  const among = new Set(passed);
  return rounds.every(({ fit }) => {
    if (width === 1) return fit.filter((row) => among.has(row)).length >= 2 * FEWEST;
    const counts = new Map<number, number>();
    for (const row of fit) if (among.has(row)) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
    return [...counts.values()].filter((count) => count >= FEWEST).length >= 2;
  });
}
