import type { ModelKey } from '../executor.js';
import type { StoredModel } from '../store/index.js';
import type { PooledSlice } from './pooledSlice.js';
import type { Thread } from './thread.js';

/**
 * The slice that ended a thread, if it is known.
 *
 * @param computing the slice that the thread computed
 * @param own all slices that it had
 * @param owners models whose own code is named by what ended it
 */
export function culpritOf(
  { uncaught }: Thread,
  computing: PooledSlice | undefined,
  own: readonly PooledSlice[],
  owners: readonly ModelKey[],
): PooledSlice | undefined {
  // With one slice nothing else can be to blame; of several that wait, any can.
  const likely = computing ?? (own.length === 1 ? own[0] : undefined);
  if (uncaught === undefined || likely === undefined) return likely;
  // What nothing catches can have been begun by a slice that was answered before: the one that computes is tried
  // again alone.
  const isOwn = owners.includes(likely.slice.model);
  return likely.isSuspect && (isOwn || owners.length === 0) ? likely : undefined;
}

/** Models whose own code is named by what ended a thread uncaught. @param opened all models */
export function ownersOf({ uncaught }: Thread, opened: Iterable<StoredModel>): ModelKey[] {
  const stack = uncaught instanceof Error ? (uncaught.stack ?? '') : '';
  const owners: ModelKey[] = [];
  for (const { key, code } of opened) if (stack.includes(new URL('.', code.url).href)) owners.push(key);
  return owners;
}
