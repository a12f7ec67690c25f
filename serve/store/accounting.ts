import type { LoadedModel, ModelKey } from '../executor.js';

/** Octets that a model holds. */
export interface ModelMemory {
  /** Of content that no other model has. */
  readonly own: number;
  /** Of content that others have as well: all of them together hold it once. */
  readonly shared: number;
  /** Both. */
  readonly total: number;
}

/** Memory of models by content. */
export interface MemoryAccount {
  readonly models: ReadonlyMap<ModelKey, ModelMemory>;
  /** Octets of all models, each content once. */
  readonly held: number;
  /** What they would hold if nothing were shared. */
  readonly unshared: number;
}

/**
 * Who holds what. A content that one model has twice counts once for it.
 *
 * @example
 * accountOf([mail, spam]).models.get('mail/1#1')?.shared; // octets of dictionaries that both have
 */
export function accountOf(models: readonly Pick<LoadedModel, 'key' | 'held'>[]): MemoryAccount {
  const users = new Map<string, number>();
  const contents = models.map(({ key, held }) => ({
    key,
    octets: new Map(held.map(({ digest, octets }) => [digest, octets])),
  }));
  for (const { octets } of contents)
    for (const digest of octets.keys()) users.set(digest, (users.get(digest) ?? 0) + 1);
  let [all, unshared] = [0, 0];
  const accounts = contents.map(({ key, octets }) => {
    let [own, shared] = [0, 0];
    for (const [digest, size] of octets) {
      const count = users.get(digest) ?? 1;
      if (count === 1) own += size;
      else shared += size;
      all += size / count;
    }
    unshared += own + shared;
    return [key, { own, shared, total: own + shared }] as const;
  });
  return { models: new Map(accounts), held: Math.round(all), unshared };
}
