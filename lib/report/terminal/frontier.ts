import { log } from '../../util/math/index.js';
import type { ReportData } from '../data/index.js';
import { allowed, cost, costName, times } from '../words/index.js';
import type { TableLayout } from './sections.js';

/** The most plans that are drawn. */
const MOST = 8;
/** The widest axis, and what the other columns take. */
const [WIDEST, OTHERS] = [40, 50];
/** The axis spans a decade at least: small gains look small. */
const LEAST_SPAN = 10;
/** Costs below this share of the full model's stand at the left end. */
const LEAST = 1e-4;

interface Point {
  readonly epsilon: number;
  readonly cost: number;
  readonly speedup: number;
}

/** Whether there is a choice to draw: plans of several costs. */
export function hasFrontier(data: ReportData): boolean {
  return (data.verdict === 'certified' || data.verdict === 'full-model-only') && pointsOf(data).length > 1;
}

/**
 * What a row costs by the loss that may be: a mark a plan along a logarithmic axis, the full model's at its right end.
 *
 * @param width columns for all
 */
export function frontierLines(data: ReportData, grid: TableLayout, width: number): readonly string[] {
  const { expected, unit, certificate } = data;
  const full = { epsilon: 0, cost: expected.fullCost, speedup: 1 };
  const points = [full, ...fewOf(pointsOf(data), certificate.epsilon)];
  const depth = (point: Point) => log(full.cost / Math.max(point.cost, LEAST * full.cost));
  const deepest = Math.max(log(LEAST_SPAN), ...points.map(depth));
  const longest = Math.max(8, Math.min(WIDEST, width - OTHERS)) - 1;
  return grid(
    [
      { head: 'loss at most', align: 'right' },
      { head: `${costName(unit)} a row`, align: 'right' },
      { head: '', align: 'left' },
      { head: '', align: 'right' },
      { head: '', align: 'left' },
    ],
    points.map((point) => {
      const isServed = data.verdict === 'certified' && point.epsilon === certificate.epsilon;
      const place = Math.max(0, Math.round(longest * (1 - depth(point) / deepest)));
      return [
        allowed({ ...certificate, epsilon: point.epsilon }),
        cost(point.cost, unit),
        `${'·'.repeat(place)}${isServed ? '●' : '○'}`,
        times(point.speedup),
        point === full ? 'full model' : isServed ? 'served' : '',
      ];
    }),
  );
}

/** Plans by the loss that they may have, each cheaper than those before; the one that is served stands for its own. */
function pointsOf({ verdict, frontier, expected, certificate }: ReportData): readonly Point[] {
  const served = { epsilon: certificate.epsilon, cost: expected.cost, speedup: expected.speedup };
  const others = frontier.filter(({ epsilon }) => epsilon !== served.epsilon);
  let least = expected.fullCost;
  return [...others, ...(verdict === 'certified' ? [served] : [])]
    .sort((a, b) => a.epsilon - b.epsilon)
    .filter((point) => {
      if (point !== served && point.cost >= least) return false;
      least = Math.min(least, point.cost);
      return true;
    });
}

/** At most so many, evenly by their place; the one that is served among them. */
function fewOf(points: readonly Point[], epsilon: number): readonly Point[] {
  if (points.length <= MOST) return points;
  const served = points.findIndex((point) => point.epsilon === epsilon);
  const places = Array.from({ length: MOST - 1 }, (_, i) =>
    Math.round((i * (points.length - 1)) / (MOST - 2)),
  );
  const chosen = new Set([...places, served]);
  return points.filter((_, i) => chosen.has(i));
}
