import type { LoadedModel, ModelKey, Slice } from '../executor.js';
import type { Opened, StoredModel } from '../store/index.js';
import type { Thread } from './thread.js';

/** A model that all threads have, or are about to. */
export interface PooledModel {
  readonly opened: Opened;
  readonly about: LoadedModel;
  readonly voided: string | undefined;
  /** Why it isn't served, if it isn't. */
  unavailable: string | undefined;
  /** Rows that it has answered. */
  known: Slice | undefined;
}

/** The models that a pool serves, and those that it has withdrawn until they are unloaded. */
export class Served {
  private readonly models = new Map<ModelKey, PooledModel>();

  /** @param onWithdrawn called when a model isn't served any more, with the reason */
  constructor(private readonly onWithdrawn: (model: ModelKey, reason: string) => void) {}

  add(model: PooledModel): void {
    this.models.set(model.opened.model.key, model);
  }

  get(key: ModelKey): PooledModel | undefined {
    return this.models.get(key);
  }

  delete(key: ModelKey): void {
    this.models.delete(key);
  }

  get stored(): StoredModel[] {
    return [...this.models.values()].map(({ opened }) => opened.model);
  }

  /** A model that is served, and that a thread hasn't loaded. */
  lackingOn({ models }: Thread): PooledModel | undefined {
    for (const model of this.models.values())
      if (model.unavailable === undefined && !models.has(model.opened.model.key)) return model;
    return undefined;
  }

  /** From now on a model isn't served. */
  withdraw(model: PooledModel, why: string): void {
    const { key } = model.opened.model;
    model.unavailable = `model '${key}' ${why}`;
    this.onWithdrawn(key, model.unavailable);
  }
}
