import { basename, dirname, resolve } from 'node:path';
import type { FittedOn, WriteScores } from '../../learn/learners/index.js';
import { type BatchingOptions, microBatch } from '../../run/runtime/index.js';
import type { Closable } from '../../util/closable.js';
import type { JsonValue } from '../../util/state.js';
import type { Inputs } from './inputs.js';
import type { RowInputs } from './rowInputs.js';
import type { OutputKind } from './scores.js';
import type { TrainedModel, TrainedRegression } from './trained.js';

/** Options of every adapter. */
export interface AdapterOptions {
  /** Its name in errors and summaries. @defaultValue of a model in a file the file's or folder's, else the runtime's */
  readonly name?: string;
  /** See `Trained.fingerprint`. */
  readonly fingerprint?: string;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /**
   * See `Model.tolerance`: batches of other sizes may give other last bits, or more where a scale is taken over the
   * batch. @defaultValue 1e-5
   */
  readonly tolerance?: number;
  /**
   * What its inputs are made of: features, or rows by functions of yours, as texts need. A fingerprint doesn't know
   * these functions: give one that changes with them. @defaultValue all features, side by side, for a model of one input
   */
  readonly inputs?: Inputs | RowInputs;
  /** See `Model.fittedOn`. */
  readonly fittedOn?: FittedOn | undefined;
}

/** Further options of an adapter, for a model of classes. */
export interface AdapterClassOptions<L> {
  /** The labels of the model's classes 0, 1, …. */
  readonly classes: readonly L[];
  /**
   * The kind of the outputs. For two classes one output, the second's, is enough. Labels give a row's class all of its
   * probability. @defaultValue probabilities; labels for an output of texts
   */
  readonly scores?: OutputKind;
}

/** The name of a model in a file: the file's, or its folder's where every model's file is called alike. */
export function fileName(path: string): string {
  const name = basename(path);
  return name === 'model.json' ? basename(dirname(resolve(path))) : name;
}

/** A model as an adapter made it. */
export interface Adapted extends Closable {
  readonly name: string;
  readonly fingerprint: string;
  readonly options: JsonValue;
  readonly reads: readonly string[] | undefined;
  readonly readsRows: boolean;
  readonly price: number | undefined;
  readonly tolerance: number | undefined;
  readonly fittedOn: FittedOn | undefined;
  readonly score: WriteScores;
}

/** A trained model of classes where there are labels, else of numbers. */
export function trainedBy<L>(
  { reads, readsRows, price, tolerance, fittedOn, ...adapted }: Adapted,
  labels: readonly L[] | undefined,
  batching: BatchingOptions | undefined,
): (TrainedModel<L> | TrainedRegression) & Closable {
  const common = {
    ...adapted,
    ...(reads === undefined ? {} : { reads }),
    ...(readsRows && { readsRows }),
    ...(price === undefined ? {} : { price }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(fittedOn && { fittedOn }),
  };
  const model =
    labels === undefined
      ? { ...common, task: 'regression' as const, classes: 1 }
      : { ...common, labels, classes: labels.length };
  return batching === undefined ? model : microBatch(model, batching);
}
