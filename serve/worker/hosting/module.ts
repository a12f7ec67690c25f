import type { Label } from '../../../cascades/internal.js';
import { show } from '../../../lib/check.js';
import type { FeatureSet } from '../../../lib/features/define/index.js';
import type { Loader } from '../../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../../lib/models/full/index.js';
import {
  type InputDeclaration,
  inputDeclarations,
  type MakeRow,
  RequestError,
  rowOf,
} from '../../../lib/protocol/messages/index.js';
import { isResting } from '../../../lib/util/closable.js';

/** What a features' module exports, checked. */
export interface FeaturesModule {
  readonly features: FeatureSet<unknown>;
  readonly inputs: readonly InputDeclaration[];
  readonly row: MakeRow;
  readonly full?: TrainedModel<Label> | TrainedRegression;
  readonly learners?: readonly Loader[];
  /** Gives back what the full model holds until its next use: the module itself stays imported. */
  rest(): Promise<void>;
}

/**
 * @param exported of the module: `default`, `inputs`; `row`, unless all inputs have one value a row; optionally `full`
 *   and `learners`
 * @throws RequestError `unavailable` for what is missing or can't be used
 */
export async function featuresModule(exported: Readonly<Record<string, unknown>>): Promise<FeaturesModule> {
  const { default: features, inputs, row, full, learners } = exported;
  if (!isFeatureSet(features)) {
    throw wrong(`exports ${show(features)} by default; expected its features, as define() returns them`);
  }
  const declared = inputDeclarations(inputs);
  const trained: unknown = await full;
  if (trained !== undefined && !isTrained(trained))
    throw wrong(`exports ${show(trained)} as 'full'; expected a trained model`);
  if (learners !== undefined && !Array.isArray(learners))
    throw wrong(`exports ${show(learners)} as 'learners'; expected an array of learners`);
  return {
    features,
    inputs: declared,
    row: rowOf(declared, row),
    ...(trained !== undefined && { full: trained }),
    ...(learners !== undefined && { learners }),
    rest: async () => (isResting(trained) ? trained.rest() : undefined),
  };
}

function isFeatureSet(value: unknown): value is FeatureSet<unknown> {
  return isRecord(value) && Array.isArray(value.names) && typeof value.get === 'function';
}

function isTrained(value: unknown): value is TrainedModel<Label> | TrainedRegression {
  return isRecord(value) && typeof value.score === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function wrong(what: string): RequestError {
  return new RequestError('unavailable', `the features' module ${what}`);
}
