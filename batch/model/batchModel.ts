import { readFile } from 'node:fs/promises';
import {
  type Answers,
  Cascade,
  type Certificate,
  inspect,
  type Label,
  type PredictOptions,
  type ThreadedCascade,
} from '../../cascades/index.js';
import {
  type BatchSteps,
  batchStepsOf,
  importFeatures,
  loadedOf,
  type ModuleExports,
} from '../../cascades/internal.js';
import { decode, sealOf } from '../../lib/data/artifact/index.js';
import { ArtifactError, CodeError, IdentityError, OptionError } from '../../lib/errors.js';
import { type Code, engineName, isUnchanged, readCode } from '../../lib/util/code/index.js';
import { VERSION } from '../../lib/util/version.js';
import { type BatchModelFiles, batchModelFiles } from './files.js';
import { checkExpected, type Identity, NO_CODE } from './identity.js';
import { columnsNeededBy, type NeededColumn } from './neededColumns.js';
import { inputNames, rowMaker } from './rowsOf.js';

export interface BatchModelOptions {
  /** Module with the features, where the folder doesn't hold it. @defaultValue the folder's `features.js` */
  readonly features?: string;
  /** Worker threads that answer; 0: this thread does. @defaultValue 0 */
  readonly threads?: number;
  /** The identity that it must have, as `identityText` writes it. @defaultValue any */
  readonly expect?: string;
}

/** A cascade that answers rows of a batch. */
export interface BatchModel {
  readonly identity: Identity;
  readonly certificate: Certificate;
  /** Whether the file has no rows to compare features with: then nothing tells what their module reads by itself. */
  readonly isUnchecked: boolean;
  /** Classes, in the order of an answer's scores; empty for regression. */
  readonly classes: readonly Label[];
  /** Stages before the full model: the exit that stands for it. */
  readonly stages: number;
  /** Columns that a table must have: without one of them no row of it can be answered. */
  readonly columns: readonly NeededColumn[];
  /** Batches that may be answered at the same time. */
  readonly inFlight: number;
  /**
   * Rows as the features read them, of a table's rows or of records: the same ones, or what the module makes of its
   * `inputs`.
   *
   * @throws PoisonRow for a row that can't be made
   */
  rows(given: readonly object[]): readonly unknown[];
  /** @throws what `Cascade.predict` does */
  predict(
    rows: readonly unknown[],
    options?: Pick<PredictOptions, 'signal' | 'onFault'>,
  ): Promise<Answers<Label>>;
  /**
   * What certifies a batch.
   *
   * @throws OptionError for regression, and for a model on threads
   */
  steps(): BatchSteps<unknown, Label, string>;
  close(): Promise<void>;
}

/** Milliseconds that a row may keep a thread: of a batch nobody waits for a single answer. */
const COMPUTE_MS = 60_000;

/**
 * Loads a model for batches. Its features first make the file's own rows, where it has them.
 *
 * @param path a version's folder, as `serve` takes it, or an artifact's file
 * @throws OptionError, ArtifactError, CodeError; IdentityError where another one is expected, and where features or the
 * full model aren't what the file's promise was made with
 */
export async function loadBatchModel(path: string, options: BatchModelOptions = {}): Promise<BatchModel> {
  const { threads = 0, expect } = options;
  const found = await foundModel(await batchModelFiles(path, options.features));
  const { identity, bytes, code, artifact } = found;
  if (expect !== undefined) checkExpected(identity, expect);
  const module = code && (await importFeatures(code.url));
  if (code && !(await isUnchanged(code)))
    throw new CodeError(`${code.url} was changed while it was read: try again`);
  if (code && module?.reads !== undefined && !code.hasReads)
    throw new CodeError(
      `${code.url} exports 'reads', which names nothing, or isn't exported by an ES module`,
    );
  const make = rowMaker(module ?? {}, threads > 0);
  const cascade = await named<Cascade<unknown> | ThreadedCascade<unknown>>(artifact, () =>
    threads > 0
      ? Cascade.onThreads<unknown>(bytes, code?.url, {
          threads,
          computeMs: COMPUTE_MS,
          maxQueued: Number.MAX_SAFE_INTEGER,
        })
      : Cascade.load<unknown>(bytes, module ? loadedOf(module) : {}),
  );
  const columns = await neededColumns(bytes, module);
  const { certificate, plan, checked } = cascade;
  const close = async () => (cascade instanceof Cascade ? undefined : cascade.close());
  // A file may have been void when it was saved: that is no change since.
  if (certificate.verdict === 'void' && (await inspect(bytes)).certificate.verdict !== 'void') {
    await close();
    throw new IdentityError(
      ['features'],
      `'${artifact}' was made with other features or another full model than are here: ${certificate.reason}. Bring ` +
        'back what they read, or certify the cascade with what is here',
    );
  }
  return {
    identity,
    certificate,
    isUnchecked: checked === 0 && code !== undefined,
    classes: plan.classes,
    stages: plan.stages.length,
    columns,
    inFlight: threads > 0 ? threads + 1 : 1,
    rows: make,
    predict: (rows, call = {}) => cascade.predict(rows, call),
    steps: () => {
      if (cascade instanceof Cascade) return batchStepsOf(cascade);
      throw new OptionError(
        '--threads',
        'a batch is certified by the thread that reads it: run more shards instead',
      );
    },
    close,
  };
}

/** A module's features may read others than those that the artifact was saved with. */
async function neededColumns(bytes: Uint8Array, module?: ModuleExports): Promise<readonly NeededColumn[]> {
  if (module?.row !== undefined)
    return inputNames(module).map((name) => ({ name, by: `the module's 'inputs' declare` }));
  const { features } = await inspect(bytes);
  return columnsNeededBy(
    module ? features.map(({ name }) => ({ ...module.features.get(name), name })) : features,
  );
}

/** A model's identity, and why its code's is one of its place, where it is. */
export async function identityOf(
  path: string,
  features?: string,
): Promise<{ readonly identity: Identity; readonly placed: string | undefined }> {
  const { artifact, identity, bytes, code } = await foundModel(await batchModelFiles(path, features));
  // A file's own word for its digest proves nothing.
  await named(artifact, async () => decode(bytes));
  return { identity, placed: code?.placed };
}

interface FoundModel {
  readonly artifact: string;
  readonly identity: Identity;
  /** Of the artifact. */
  readonly bytes: Uint8Array;
  readonly code: Code | undefined;
}

async function foundModel({ artifact, features }: BatchModelFiles): Promise<FoundModel> {
  const code = features === undefined ? undefined : await readCode(features);
  const bytes = await readFile(artifact).catch((cause: Error) => {
    throw new ArtifactError('unreadable', `can't read '${artifact}': ${cause.message}`, { cause });
  });
  const identity = {
    artifact: sealOf(bytes) ?? '',
    features: code?.content ?? NO_CODE,
    spillway: VERSION,
    engine: engineName(),
  };
  return { artifact, identity, bytes, code };
}

/** Errors of an artifact name its file, and those of features the option that gives them. */
async function named<T>(artifact: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof OptionError && error.option === 'features')
      throw new OptionError('--features', `name the module with the features: ${error.message}`);
    if (!(error instanceof ArtifactError)) throw error;
    throw new ArtifactError(error.reason, `'${artifact}': ${error.message}`, { cause: error });
  }
}
