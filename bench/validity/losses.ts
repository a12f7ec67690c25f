import type { Loss } from './certify.js';
import type { Cell } from './worlds/world.js';

/**
 * The loss of an answer to a row, and whether it counts: written independently, so that a fault in
 * the library's would show.
 */
export function lossOf(
  loss: Loss,
  answer: number,
  { full, label }: Pick<Cell, 'full' | 'label'>,
): { lost: number; counts: number } {
  if (loss === 'disagreement') return { lost: Number(answer !== full), counts: 1 };
  const worse = Number(full === label && answer !== label);
  if (loss === 'harm') return { lost: worse, counts: 1 };
  if (loss === 'accuracy') return { lost: worse - Number(full !== label && answer === label), counts: 1 };
  if ('loss' in loss) return { lost: loss.loss(answer, full, label), counts: 1 };
  if ('absoluteError' in loss) {
    return { lost: Math.min(1, Math.abs(answer - full) / loss.absoluteError), counts: 1 };
  }
  const counts = 'recall' in loss ? full === loss.recall : answer === loss.precision;
  return { lost: Number(counts && answer !== full), counts: Number(counts) };
}
