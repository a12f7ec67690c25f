import { show } from '../../lib/check.js';
import {
  RequestError,
  type Tensor,
  type TensorMetadata,
  type WantedOutput,
} from '../../lib/protocol/messages/index.js';

/** Inputs that a model takes. */
export interface MatchedInputs {
  /** In the order in which the model declares them. */
  readonly tensors: readonly Tensor[];
  /** The size that inputs have in common where their declared shapes begin with -1; 1 where none does. */
  readonly rows: number;
}

/**
 * Checks inputs against those that a model declares.
 *
 * @throws RequestError `invalid`, naming the input: missing, unknown, of another datatype or shape, or of another
 *   number of rows
 */
export function matchInputs(declared: readonly TensorMetadata[], inputs: readonly Tensor[]): MatchedInputs {
  for (const { name } of inputs) {
    if (declared.some((input) => input.name === name)) continue;
    throw new RequestError('invalid', `the model has no input ${show(name)}; it has ${named(declared)}`);
  }
  let rows: number | undefined;
  const tensors = declared.map((input) => {
    const { name, shape } = input;
    const tensor = inputs.find((each) => each.name === name);
    if (tensor === undefined) {
      throw new RequestError('invalid', `input ${show(name)} is missing; the model has ${named(declared)}`);
    }
    checkFits(tensor, input);
    if (shape[0] !== -1) return tensor;
    rows ??= tensor.shape[0];
    if (tensor.shape[0] !== rows) {
      throw new RequestError(
        'invalid',
        `input ${show(name)} has ${tensor.shape[0]} rows, and an input before it has ${rows}`,
      );
    }
    return tensor;
  });
  return { tensors, rows: rows ?? 1 };
}

function checkFits({ name, datatype, shape }: Tensor, declared: TensorMetadata): void {
  if (datatype !== declared.datatype) {
    throw new RequestError(
      'invalid',
      `input ${show(name)} is of ${datatype}; the model takes ${declared.datatype}`,
    );
  }
  const fits =
    shape.length === declared.shape.length &&
    shape.every((size, i) => declared.shape[i] < 0 || declared.shape[i] === size);
  if (fits) return;
  throw new RequestError(
    'invalid',
    `input ${show(name)} has the shape [${shape.join(', ')}]; the model takes ` +
      `[${declared.shape.join(', ')}], -1 where any size fits`,
  );
}

/**
 * The names of the outputs that a request wants, in its order; all where it names none.
 *
 * @throws RequestError `invalid` for an output that the model doesn't have
 */
export function matchOutputs(
  declared: readonly TensorMetadata[],
  wanted: readonly WantedOutput[] | undefined,
): readonly string[] {
  if (wanted === undefined || wanted.length === 0) return declared.map(({ name }) => name);
  for (const { name } of wanted) {
    if (declared.some((output) => output.name === name)) continue;
    throw new RequestError('invalid', `the model has no output ${show(name)}; it has ${named(declared)}`);
  }
  return wanted.map(({ name }) => name);
}

function named(declared: readonly TensorMetadata[]): string {
  return declared.map(({ name }) => show(name)).join(', ') || 'none';
}
