import type { Label } from '../../../cascades/internal.js';
import { show } from '../../../lib/check.js';
import type { FeatureSet } from '../../../lib/features/define/index.js';
import type { Loader } from '../../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../../lib/models/full/index.js';
import { type Datatype, RequestError } from '../../../lib/protocol/messages/index.js';
import { isResting } from '../../../lib/util/closable.js';
import type { InputDeclaration } from '../../executor.js';

/** What a features' module exports, checked. */
export interface FeaturesModule {
  readonly features: FeatureSet<unknown>;
  readonly inputs: readonly InputDeclaration[];
  readonly row: (tensors: unknown, i: number) => unknown;
  readonly full?: TrainedModel<Label> | TrainedRegression;
  readonly learners?: readonly Loader[];
  /** Gives back what the full model holds until its next use: the module itself stays imported. */
  rest(): Promise<void>;
}

const DATATYPES: readonly string[] = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] satisfies Datatype[];

/**
 * @param exported of the module: `default`, `inputs`, `row`; optionally `full` and `learners`
 * @throws RequestError `unavailable` for what is missing or can't be used
 */
export async function featuresModule(exported: Readonly<Record<string, unknown>>): Promise<FeaturesModule> {
  const { default: features, inputs, row, full, learners } = exported;
  if (!isFeatureSet(features)) {
    throw wrong(`exports ${show(features)} by default; expected its features, as define() returns them`);
  }
  if (typeof row !== 'function') {
    throw wrong(`exports ${show(row)} as 'row'; expected a function (tensors, i) that makes row i`);
  }
  const trained: unknown = await full;
  if (trained !== undefined && !isTrained(trained))
    throw wrong(`exports ${show(trained)} as 'full'; expected a trained model`);
  if (learners !== undefined && !Array.isArray(learners))
    throw wrong(`exports ${show(learners)} as 'learners'; expected an array of learners`);
  return {
    features,
    inputs: declarations(inputs),
    row: (tensors, i) => row(tensors, i),
    ...(trained !== undefined && { full: trained }),
    ...(learners !== undefined && { learners }),
    rest: async () => (isResting(trained) ? trained.rest() : undefined),
  };
}

/** @throws RequestError `unavailable` */
function declarations(inputs: unknown): InputDeclaration[] {
  if (typeof inputs !== 'object' || inputs === null) {
    throw wrong(`exports ${show(inputs)} as 'inputs'; expected names with datatypes: { text: 'BYTES' }`);
  }
  const entries: [unknown, unknown][] = Array.isArray(inputs)
    ? inputs.map((input: unknown) => [isRecord(input) ? input.name : undefined, input])
    : Object.entries(inputs);
  const declared = entries.map(([name, input]) => declaration(name, input));
  if (declared.length === 0) throw wrong('declares no inputs; expected at least one');
  const names = declared.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw wrong(`declares the input '${twice}' twice`);
  return declared;
}

function declaration(name: unknown, input: unknown): InputDeclaration {
  if (typeof name !== 'string' || name === '' || name === '__proto__') {
    throw wrong(`names an input ${show(name)}; expected a text other than '' and '__proto__'`);
  }
  const { datatype, shape = [-1], as = 'text' } = isRecord(input) ? input : { datatype: input };
  if (!isDatatype(datatype)) {
    throw wrong(`declares input '${name}' of ${show(datatype)}; expected one of ${DATATYPES.join(', ')}`);
  }
  if (!isShape(shape)) {
    throw wrong(
      `declares input '${name}' of shape ${show(shape)}; expected sizes, the first -1 for the rows: [-1, 8]`,
    );
  }
  if (as !== 'text' && as !== 'bytes') {
    throw wrong(`declares input '${name}' as ${show(as)}; expected 'text' or 'bytes'`);
  }
  return { name, datatype, shape, as };
}

function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && DATATYPES.includes(value);
}

/** The rows are free, or fixed; the others are sizes. */
function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value[0] === -1 &&
    value.every((size) => Number.isSafeInteger(size) && (size === -1 || size > 0))
  );
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
