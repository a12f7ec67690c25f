import { grouped } from '../../util/count.js';
import type { ReportThreshold, StageCell } from '../data/index.js';
import { clean, cost, exitThreshold, percent } from './numbers.js';

/** A cell of the plan's table: a text, or several that stay whole while there is room. */
export function stageWords(cell: StageCell, unit: string): string | readonly string[] {
  if ('name' in cell) return clean(cell.name);
  if ('text' in cell) return clean(cell.text);
  if ('names' in cell) return [...cell.names.map(clean), ...(cell.rounds ? [`(${cell.rounds})`] : [])];
  if ('share' in cell) return percent(cell.share);
  if ('cost' in cell) return cost(cell.cost, unit);
  return cell.thresholds.length === 0 ? 'always' : thresholdWords(cell.thresholds);
}

/** Whether a cell is a number, which keeps to the right. */
export function isNumber(cell: StageCell): boolean {
  return 'share' in cell || 'cost' in cell;
}

/** Classes that are listed one by one. */
const SHOWN = 6;

/**
 * One text a class: the score from which a row of that class leaves the stage. For more than six
 * classes only the range, and those that never leave: a screen holds no more.
 */
export function thresholdWords(thresholds: readonly ReportThreshold[]): readonly string[] {
  if (thresholds.length <= SHOWN) return allThresholdWords(thresholds);
  const values = thresholds.flatMap(({ threshold, always }) =>
    threshold === null || always ? [] : [threshold],
  );
  const every = thresholds.filter(({ always }) => always);
  const never = thresholds.filter(({ threshold }) => threshold === null);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = least === most ? exitThreshold(least) : `${exitThreshold(least)} to ${exitThreshold(most)}`;
  return [
    ...(values.length === 0 ? [] : [`${values.length} classes ≥ ${range}`]),
    ...(every.length === 0 ? [] : [`${every.length} classes always`]),
    ...(never.length === 0
      ? []
      : never.length <= SHOWN
        ? [`${never.map(({ label }) => clean(label)).join(', ')} never`]
        : [`${never.length} classes never`]),
  ];
}

/** The same of every class, however many there are. */
export function allThresholdWords(thresholds: readonly ReportThreshold[]): readonly string[] {
  return thresholds.map(({ label, threshold, atMost, always }) => {
    if (always) return `${clean(label)} always`;
    if (threshold === null) return `${clean(label)} never`;
    return atMost
      ? `${clean(label)} ≤ ${grouped(threshold, 3)}`
      : `${clean(label)} ≥ ${exitThreshold(threshold)}`;
  });
}

/** Whether {@link thresholdWords} leaves any class out. */
export function isShortened(thresholds: readonly ReportThreshold[]): boolean {
  return thresholds.length > SHOWN;
}
