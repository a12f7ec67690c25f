import { count } from '../../lib/util/count.js';
import type { Certificate } from '../types/index.js';

/** The part of a promise that live features leave open; empty without live features. */
export function liveWords({ stability }: Certificate): string {
  const { live = [] } = stability ?? {};
  if (live.length === 0) return '';
  return (
    ` Live features (${live.join(', ')}) may give other values at each read: the promise covers values ` +
    'like those that were read for the test.'
  );
}

/** A note on rows whose values or answers differ alone and in a batch. */
export function stabilityNotes({ stability }: Certificate): string[] {
  if (stability === undefined) return [];
  const { rows, changed, tolerance } = stability;
  const wide = Object.entries(tolerance).map(([name, within]) => `within ${within} (${name})`);
  if (wide.length === 0 && !changed) return [];
  const numbers = wide.length === 0 ? 'up to rounding' : wide.join(', ');
  const answers =
    changed === null
      ? ''
      : `: ${count(changed)} of ${count(rows)} tuning rows get another answer alone than in a batch`;
  return [`A row has the same values alone and in a batch ${numbers}${answers}.`];
}
