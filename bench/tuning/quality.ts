import { logAverage } from 'simple-statistics';
import type { Cascade, Label } from 'spillway';
import { atMost, type Check, columns } from '../harness/checks.js';
import { counting } from './counting.js';
import { tuneOn } from './tuneOn.js';
import { exhaustible, type TuningProblem } from './workloads.js';

/** A plan beside that of the search that tries all stages in full, both from one profile. */
export interface Quality {
  readonly found: PlanFigures;
  readonly thorough: PlanFigures;
  /** The cost of the one over that of the other. */
  readonly ratio: number;
}

export interface PlanFigures {
  /** Mean cost of rows never seen, by the plan's costs of each stage, over that of the full model. */
  readonly cost: number;
  /** The features of each stage. */
  readonly stages: readonly string[];
  /** Models that were fitted for it in full, and by lighter forms of their learner. */
  readonly fits: { readonly full: number; readonly light: number };
}

export interface QualityLine extends Quality {
  readonly name: string;
  readonly seed: number;
}

const ROUNDS = 20;
const QUICK = { share: 0.05, rounds: 8 };
const SEEDS = [1, 2, 3];
const MOST = 1.02;

export interface QualityOptions {
  /** undefined: three of them. */
  readonly seeds: readonly number[] | undefined;
  readonly quick: boolean;
}

/** Plans of the default search beside those of the thorough one. */
export async function measureQuality(
  { seeds = SEEDS, quick }: QualityOptions,
  log: (line: string) => void,
): Promise<QualityLine[]> {
  const lines: QualityLine[] = [];
  for (const { name, share, make } of exhaustible) {
    for (const seed of quick ? seeds.slice(0, 1) : seeds) {
      const size = quick ? QUICK : { share, rounds: ROUNDS };
      const quality = await make(seed, size, (problem) => qualityOn(problem, seed));
      lines.push({ name, seed, ...quality });
      log(
        `${name}, seed ${seed}: the plan costs ${quality.ratio.toFixed(3)} times that of the thorough search`,
      );
    }
  }
  return lines;
}

async function qualityOn<Row, L extends Label, Name extends string>(
  problem: TuningProblem<Row, L, Name>,
  seed: number,
): Promise<Quality> {
  // Costs are measured once: by other ones another plan may be the best.
  const all = counting(problem.full);
  const thorough = await tuneOn({ ...problem, full: all.learner }, seed, { effort: 'thorough' });
  const few = counting(problem.full);
  const found = await tuneOn({ ...problem, full: few.learner }, seed, { profile: thorough.profile });
  const figures = {
    found: { ...(await planFigures(found, problem.unseen.rows)), fits: few.fits() },
    thorough: { ...(await planFigures(thorough, problem.unseen.rows)), fits: all.fits() },
  };
  return { ...figures, ratio: figures.found.cost / figures.thorough.cost };
}

async function planFigures<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  rows: readonly Row[],
): Promise<Omit<PlanFigures, 'fits'>> {
  const { plan } = cascade;
  const { exits } = await cascade.predict(rows);
  const cost = [...plan.stages, plan.full].reduce(
    (sum, step, s) => sum + (step.cost * exits.filter((exit) => exit >= s).length) / exits.length,
    0,
  );
  return {
    cost: cost / plan.expected.fullCost,
    stages: plan.stages.map(({ features }) => features.join(' + ')),
  };
}

export function qualityChecks(lines: readonly QualityLine[]): Check[] {
  if (lines.length === 0) return [];
  const ratio = logAverage(lines.map((line) => line.ratio));
  return [atMost('cost of the plan over that of the thorough search, on fresh rows', ratio, MOST)];
}

export function qualityTable(lines: readonly QualityLine[]): string {
  const fits = ({ full, light }: PlanFigures['fits']) =>
    light > 0 ? `${full} + ${light} light` : String(full);
  return columns([
    ['cost over the full model', 'seed', 'found', 'thorough', 'ratio', 'fits', 'thorough'],
    ...lines.map(({ name, seed, found, thorough, ratio }) => [
      name,
      String(seed),
      ...[found.cost, thorough.cost, ratio].map((value) => value.toFixed(3)),
      fits(found.fits),
      fits(thorough.fits),
    ]),
  ]);
}
