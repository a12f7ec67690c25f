import type { Sharing } from '../../../cascades/internal.js';
import { type FittedFeature, featureOf, stable } from '../../../lib/features/define/index.js';
import { loaders, type Model } from '../../../lib/learn/learners/index.js';
import { textDigest } from '../../../lib/util/digest.js';
import type { State } from '../../../lib/util/state.js';
import { SharedFeature } from './sharedFeature.js';

/** What a thread holds once, for all cascades that have it. */
interface Part<Held> {
  readonly held: Held;
  users: number;
}

/**
 * Fitted features and models of a thread, each held once: by kind, options, version, the code that
 * makes it with all files that it imports, and the content of its state. A name alone says nothing.
 */
export class SharedParts {
  private readonly features = new Map<string, Part<SharedFeature>>();
  private readonly models = new Map<string, Part<Model>>();

  /** Code of features that was warmed. */
  private readonly warm = new Set<string>();
  /** Learners whose models were loaded here: their code and kernels are warm. */
  private readonly learners = new Set<string>();

  /** How many features and models are held, and by how many cascades in all. */
  get counts(): { readonly features: number; readonly models: number; readonly users: number } {
    let users = 0;
    for (const part of [...this.features.values(), ...this.models.values()]) users += part.users;
    return { features: this.features.size, models: this.models.size, users };
  }

  /**
   * Sharing for one cascade.
   *
   * @param identity of its code
   * @param digests of its states
   * @param own whether its code has learners of its own, which come before ours of the same name
   */
  sharingOf(identity: string, digests: ReadonlyMap<State, string>, own: boolean): Shares {
    const used: (() => void)[] = [];
    const features = new Map<string, SharedFeature>();
    const byName = new Map<string, SharedFeature>();
    let isFirst = false;
    const use = <Held>(parts: Map<string, Part<Held>>, key: string, load: () => Held): Held => {
      const known = parts.get(key);
      const part = known ?? { held: load(), users: 0 };
      if (known === undefined) parts.set(key, part);
      part.users++;
      used.push(() => {
        if (--part.users === 0) parts.delete(key);
      });
      return part.held;
    };
    return {
      get isFirst() {
        return isFirst;
      },
      fitted: (name) => byName.get(featureOf(name, [...byName.keys()]) ?? name),
      get tables() {
        return [...features].map(([digest, { octets }]) => ({ digest, octets }));
      },
      feature: (name, feature, state, load) => {
        const digest = digests.get(state);
        if (digest === undefined) return load();
        const { kind, version, options } = feature;
        const key = keyOf([identity, name, kind, version ?? null, stable(options), digest]);
        // Features of one key are made by the same code, of the same kind of row.
        const code = stable([identity, kind, options ?? null]);
        const shared = use(this.features, key, () => {
          isFirst = true;
          const fitted = load() as FittedFeature<unknown>;
          return new SharedFeature(fitted, () => this.isWarm(code));
        });
        features.set(key, shared);
        byName.set(name, shared);
        return shared;
      },
      model: (learner, state, load) => {
        const digest = digests.get(state);
        if (digest === undefined) return load();
        // Our own learners are the same code for all modules.
        const isOurs = !own && loaders.some(({ name }) => name === learner);
        const code = keyOf([isOurs ? null : identity, learner]);
        if (!this.learners.has(code)) isFirst = true;
        this.learners.add(code);
        return use(this.models, keyOf([code, digest]), load);
      },
      release() {
        for (const give of used.splice(0)) give();
      },
    };
  }

  private isWarm(code: string): boolean {
    const isWarm = this.warm.has(code);
    this.warm.add(code);
    return isWarm;
  }
}

/** Tables that a feature has made in a thread; cascades that share the feature have the same digest. */
export interface HeldTables {
  readonly digest: string;
  readonly octets: number;
}

/** Sharing of one cascade, until it is released. */
export interface Shares extends Sharing {
  /**
   * Whether it has a feature that no other cascade of the thread holds, or a learner of which the thread had no model
   * yet.
   */
  readonly isFirst: boolean;
  /** The feature of a name, or of that of a fidelity: a row that fails one fails its feature. */
  fitted(name: string): SharedFeature | undefined;
  /** Octets of the tables that its features have made in this thread. */
  readonly tables: readonly HeldTables[];
  release(): void;
}

function keyOf(parts: readonly (string | null)[]): string {
  return textDigest(JSON.stringify(parts));
}
