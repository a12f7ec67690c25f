import { asPercent, grouped } from '../../util/count.js';
import type { ReportData } from '../data/index.js';
import { cost, times } from '../words/index.js';
import type { Column } from './columns.js';
import type { TableLayout } from './sections.js';

/** The most plans that are drawn. */
const MOST = 8;
/** The widest bar, and what the other columns take. */
const [WIDEST, OTHERS] = [40, 50];

const COLUMNS: readonly Column[] = [
  { head: 'loss at most', align: 'right' },
  { head: 'a row', align: 'right' },
  { head: '', align: 'left' },
  { head: '', align: 'right' },
  { head: '', align: 'left' },
];

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
 * What a row costs by the loss that may be: a bar a plan, the full model's above them as the measure.
 *
 * @param width columns for all
 */
export function frontierLines(data: ReportData, grid: TableLayout, width: number): readonly string[] {
  const { expected, unit, certificate } = data;
  const longest = Math.max(1, Math.min(WIDEST, width - OTHERS));
  const bar = (each: number) =>
    '█'.repeat(Math.max(1, Math.round((longest * Math.min(each, expected.fullCost)) / expected.fullCost)));
  const loss = (epsilon: number) =>
    certificate.scale === undefined ? asPercent(epsilon) : grouped(certificate.scale * epsilon);
  const plans = fewOf(pointsOf(data), certificate.epsilon).map((point) => [
    loss(point.epsilon),
    cost(point.cost, unit),
    bar(point.cost),
    times(point.speedup),
    point.epsilon === certificate.epsilon ? 'served' : '',
  ]);
  const full = [loss(0), cost(expected.fullCost, unit), bar(expected.fullCost), times(1), 'full model'];
  return grid(COLUMNS, [full, ...plans]);
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
  const places = Array.from({ length: MOST - 1 }, (_, i) => Math.round((i * (points.length - 1)) / (MOST - 2)));
  const chosen = new Set([...places, served]);
  return points.filter((_, i) => chosen.has(i));
}
