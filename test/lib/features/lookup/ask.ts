import { LookupError } from '../../../../lib/errors.js';
import type { Fetcher, Key, KeyOutcome } from '../../../../lib/features/lookup/index.js';

/** What a source says of keys, when it has said all. */
export async function request(
  fetcher: Fetcher<Key>,
  keys: readonly Key[],
): Promise<readonly (KeyOutcome | undefined)[]> {
  const call = fetcher.request(keys, undefined);
  await call.settled;
  return call.outcomes;
}

/** Why there's no value, and what is said of it. */
export function messageOf(outcome: KeyOutcome | undefined): string {
  return outcome instanceof LookupError ? `${outcome.reason}: ${outcome.message}` : 'no error';
}
