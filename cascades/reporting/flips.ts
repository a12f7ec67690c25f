import { asPercent, count } from '../../lib/util/count.js';
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
  const clauses = all ?? [own];
  return clauses.flatMap(({ loss, epsilon }) => {
    if (loss === 'stableDisagreement')
      return [
        'Rows that the full model answers in two ways when it is asked twice: whatever is answered there counts as right.',
      ];
    if (loss !== 'excessDisagreement' || flips === undefined || flips.differ === 0) return [];
    const share = flips.differ / flips.rows;
    return [
      'Where the full model differs from itself, an answer may always be the commoner one, which makes up for other ' +
        `mistakes: beside ${asPercent(share, 3)} of rows with two answers, some ${asPercent(epsilon + share / 2, 3)} may be answered ` +
        "in a way that it never would. 'stableDisagreement' bounds these where it agrees with itself.",
    ];
  });
}
