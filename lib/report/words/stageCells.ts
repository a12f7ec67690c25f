import type { StageCell } from '../data/index.js';
import { clean, cost, percent } from './numbers.js';
import { thresholdWords } from './thresholds.js';

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
