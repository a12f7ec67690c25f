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

/** Octets held by models as they come and go: what several hold counts once. */
export class HeldTotal {
  private readonly contents = new Map<string, { readonly octets: number; users: number }>();
  private sum = 0;

  get octets(): number {
    return this.sum;
  }

  add({ held }: Pick<LoadedModel, 'held'>): void {
    for (const { digest, octets } of held) {
      const known = this.contents.get(digest);
      if (known !== undefined) {
        known.users++;
        continue;
      }
      this.contents.set(digest, { octets, users: 1 });
      this.sum += octets;
    }
  }

  /** Undoes one {@link add} of the same model. */
  remove({ held }: Pick<LoadedModel, 'held'>): void {
    for (const { digest } of held) {
      const known = this.contents.get(digest);
      if (known === undefined || --known.users > 0) continue;
      this.contents.delete(digest);
      this.sum -= known.octets;
    }
  }
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
export function unusedReservations(loaded: Iterable<LoadedVersion>, except: string): number {
  let sum = 0;
  for (const { name, model, settings } of loaded) {
    if (name === except || settings.reserve === undefined) continue;
    const used = model === undefined ? 0 : totalHeld([model]);
    sum += Math.max(0, settings.reserve.memory - used);
  }
  return sum;
}
