import { asPercent, count } from '../../lib/util/count.js';
import { inWords } from '../losses/index.js';
import type { Certificate } from '../types/index.js';

/** How often the full model differs from itself, in words; undefined where it wasn't asked twice. */
export function flipsWords({ flips, delta }: Certificate): string | undefined {
  if (flips === undefined) return undefined;
  const { rows, differ, lower, upper } = flips;
  const seen = `the full model was asked twice about ${count(rows)} rows, and gave ${count(differ)} of them two answers`;
  if (lower === null || upper === null) return seen;
  return `${seen}: ${asPercent(lower, 3)} to ${asPercent(upper, 3)} of rows, with ${asPercent(1 - delta)} confidence`;
}

/** What bounds on a full model that differs from itself leave open. */
export function flipsOpen({ flips, all, ...own }: Certificate): string[] {
  const share = flips === undefined || flips.differ === 0 ? 0 : flips.differ / flips.rows;
  return (all ?? [own]).flatMap(({ loss, epsilon }) => inWords(loss).leavesOpen?.(epsilon, share) ?? []);
}
