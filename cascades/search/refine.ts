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
 * A stage is refitted to its own target: the other one was never the better (docs/decisions/183-refits-to-one-target.md).
 * With many rows that is in the first rounds, and in the others only where it makes the chain cheaper there. A stage after which hardly anything is paid
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
  let best = found;
  for (let s = 1; s < best.chain.stages.length; s++) {
    const { chain } = best;
    const stage = chain.stages[s];
    const thresholds = thresholdsAtLoss(chain, target);
    if (stage.prefix !== null || paidAfter(chain, thresholds, s) < WORTHWHILE * best.cost) continue;
    const passed = passing(judging, chain, thresholds, s);
    if (!isEnough(material, judging, passed)) continue;
    const spec = { ...stage, passed: true, passedRows: passed };
    const refit = () => refitted(material, judging, chain, s, spec, compare, random);
    const candidate = await (material.failed?.without(spec, refit) ?? refit());
    if (candidate === undefined) continue;
    const stages = chain.stages.with(s, candidate);
    const refined = { ...chain, stages, costs: costs(stages) };
    const cost = costAtLoss(refined, target);
    if (cost < best.cost) best = { chain: refined, cost };
  }
  return best;
}

/** The stage as the spec says; undefined where the chain isn't cheaper with it in the first rounds, if these aren't all. */
async function refitted(
  material: Material,
  judging: Judging<'selection'>,
  chain: Chain,
  s: number,
  spec: Candidate,
  compare: Compare,
  random: Random,
): Promise<Candidate | undefined> {
  const first = inFirstRounds(material, judging, random);
  const begun = await tryStage(fitting(material, 'refit'), first, spec);
  if (first === judging) return begun;
  const { costs, target } = compare(first);
  const before = chain.stages.flatMap((stage) => onSome(material, judging, first, stage) ?? []);
  const costOf = (candidate: Candidate) => {
    const stages = before.with(s, candidate);
    const { length: rows } = first.scored;
    return costAtLoss({ stages, costs: costs(stages), rows, width: material.width }, target);
  };
  if (!(costOf(begun) < costOf(before[s]))) return undefined;
  const rest = amongRounds(judging, first.rounds.length, judging.rounds.length, random);
  const ended = await tryStage(fitting(material, 'refit'), rest, spec);
  const parts = [
    { judging: first, candidates: [begun] },
    { judging: rest, candidates: [ended] },
  ];
  return joined(material, judging, parts)?.[0];
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
