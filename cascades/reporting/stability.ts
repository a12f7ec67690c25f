import type { Certificate } from '../types/index.js';

/** What a promise leaves open where features are live: a sentence, or nothing. */
export function liveWords({ stability }: Certificate): string {
  const { live = [] } = stability ?? {};
  if (live.length === 0) return '';
  return (
    ` What is read from ${live.join(', ')} may change from one read to the next: the promise is of numbers ` +
    'like those that were read when it was tested.'
  );
}

/** What is worth saying of rows that were read alone and in a batch. */
export function stabilityNotes({ stability }: Certificate): string[] {
  if (stability === undefined) return [];
  const { rows, changed, tolerance } = stability;
  const wide = Object.entries(tolerance).map(([name, within]) => `within ${within} (${name})`);
  if (wide.length === 0 && !changed) return [];
  const numbers = wide.length === 0 ? 'but for rounding' : wide.join(', ');
  const answers =
    changed === null
      ? ''
      : `: ${changed} of ${rows} tuning rows are answered otherwise alone than in a batch`;
  return [`A row has the same numbers alone and in a batch ${numbers}${answers}.`];
}
