import type { Answers, Label } from '../../cascades/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Identity } from './identity.js';

export interface BatchModelOptions {
  /** Module with the features, where the folder doesn't hold it. @defaultValue `features.js` beside the artifact */
  readonly features?: string;
  /** Worker threads that answer; 0: this thread does. @defaultValue 0 */
  readonly threads?: number;
  /** See `checkExpected`. */
  readonly expect?: string;
}

/** A cascade that answers rows of a batch. */
export interface BatchModel {
  readonly identity: Identity;
  /** Classes, in the order of an answer's scores; empty for regression. */
  readonly classes: readonly Label[];
  /** Stages before the full model: the exit that stands for it. */
  readonly stages: number;
  /**
   * Rows as the features read them, of a table's rows or of records: the same ones, or what the module's `row` makes
   * of its `inputs`.
   */
  rows(given: readonly object[]): readonly unknown[];
  /** @throws what `Cascade.predict` does */
  predict(rows: readonly unknown[], signal?: AbortSignal): Promise<Answers<Label>>;
  close(): Promise<void>;
}

/**
 * @param path a version's folder, as `serve` takes it, or an artifact's file
 * @throws OptionError, ArtifactError
 */
export async function loadBatchModel(path: string, _options: BatchModelOptions = {}): Promise<BatchModel> {
  throw new OptionError('MODEL', `${path} can't be loaded yet`);
}
