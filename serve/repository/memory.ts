import type { LoadedModel } from '../executor.js';
import type { LoadedVersion } from './live.js';

/** Octets that a model holds by itself, shares with others, and both. */
export interface HeldMemory {
  readonly own: number;
  readonly shared: number;
  readonly total: number;
}

/** Octets held by models, content that several hold counted once. */
export function totalHeld(models: Iterable<Pick<LoadedModel, 'held'>>): number {
  const octets = new Map<string, number>();
  for (const { held } of models) for (const each of held) octets.set(each.digest, each.octets);
  return [...octets.values()].reduce((sum, each) => sum + each, 0);
}

/** The memory of each model: what no other holds is its own. */
export function heldBy(models: readonly Pick<LoadedModel, 'held'>[]): readonly HeldMemory[] {
  const holders = new Map<string, number>();
  const contents = models.map(({ held }) => new Map(held.map(({ digest, octets }) => [digest, octets])));
  for (const content of contents)
    for (const digest of content.keys()) holders.set(digest, (holders.get(digest) ?? 0) + 1);
  return contents.map((content) => {
    let own = 0;
    let shared = 0;
    for (const [digest, octets] of content) {
      if (holders.get(digest) === 1) own += octets;
      else shared += octets;
    }
    return { own, shared, total: own + shared };
  });
}

/**
 * Octets that are reserved and not used yet.
 *
 * @param except the model that is about to use its own reservation
 */
export function unusedReservations(loaded: readonly LoadedVersion[], except: string): number {
  const others = loaded.filter(({ name, settings }) => name !== except && settings.reserve !== undefined);
  return others.reduce((sum, { model, settings }) => {
    const used = model === undefined ? 0 : totalHeld([model]);
    return sum + Math.max(0, (settings.reserve?.memory ?? 0) - used);
  }, 0);
}
