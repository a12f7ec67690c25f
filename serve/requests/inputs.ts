import { show } from '../../lib/check.js';
import { type InferRequest, RequestError, type TensorMetadata } from '../../lib/inference/index.js';
import type { SliceInput } from '../executor.js';

/** The rows of a request, as slices take them. */
export interface RequestRows {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, SliceInput>>;
}

/**
 * The rows of a request, checked against the inputs that a model declares: all of them, no others, of these datatypes and
 * shapes, and each with as many rows.
 *
 * @param declared their first size is the rows
 * @param most the most rows
 * @throws RequestError `invalid`, naming the input; `too-large` for more rows
 */
export function rowsOf(
  request: Pick<InferRequest, 'inputs'>,
  declared: readonly TensorMetadata[],
  most: number,
): RequestRows {
  const inputs: Record<string, SliceInput> = Object.create(null);
  let rows: number | undefined;
  let first = '';
  for (const { name, datatype, shape, elements } of request.inputs) {
    const expected = declared.find((each) => each.name === name);
    if (expected === undefined) throw invalid(`unknown input ${show(name)}; ${listed(declared)}`);
    if (name in inputs) throw invalid(`input ${show(name)} is given twice`);
    if (datatype !== expected.datatype)
      throw invalid(`input ${show(name)} is of datatype ${datatype}; expected ${expected.datatype}`);
    if (!fits(shape, expected.shape))
      throw invalid(`input ${show(name)} has shape [${shape.slice(0, 16)}]; expected [${expected.shape}]`);
    rows ??= shape[0];
    if (shape[0] !== rows)
      throw invalid(
        `input ${show(name)} has ${shape[0]} rows, and ${show(first)} has ${rows}; expected as many`,
      );
    if (first === '') first = name;
    inputs[name] = { elements, rowShape: shape.slice(1) };
  }
  const missing = declared.find(({ name }) => !(name in inputs));
  if (missing !== undefined) throw invalid(`input ${show(missing.name)} is missing; ${listed(declared)}`);
  if (rows === undefined) throw invalid('the model declares no inputs');
  if (rows > most)
    throw new RequestError('too-large', `${rows} rows; a request to this model has at most ${most}`);
  return { rows, inputs };
}

/**
 * The K of a request to a ranker: its parameter `k`.
 *
 * @throws RequestError `invalid`
 */
export function kOf({ parameters }: Pick<InferRequest, 'parameters'>, rows: number): number {
  const { k } = parameters;
  if (k === undefined) throw invalid("a ranker needs the parameter 'k': how many candidates to return");
  if (typeof k !== 'number' || !Number.isSafeInteger(k) || k < 1 || k > rows)
    throw invalid(`parameter 'k': expected a whole number from 1 to ${rows}, the candidates, got ${show(k)}`);
  return k;
}

/**
 * When the answer to a request is worth nothing any more.
 *
 * @param call arrival, and the deadline that the transport has, in milliseconds of the server's timer
 * @returns the earlier of that and the parameter `timeout`, in microseconds from arrival; undefined without either
 * @throws RequestError `invalid` for another timeout than a whole number of at least 0; 0 is none
 */
export function deadlineOf(
  { parameters }: Pick<InferRequest, 'parameters'>,
  call: { readonly arrived: number; readonly deadline: number | undefined },
): number | undefined {
  const { timeout } = parameters;
  if (timeout === undefined || timeout === 0) return call.deadline;
  if (typeof timeout !== 'number' || !Number.isSafeInteger(timeout) || timeout < 0)
    throw invalid(`parameter 'timeout': expected whole microseconds, 0 or more, got ${show(timeout)}`);
  const own = call.arrived + timeout / 1_000;
  return call.deadline === undefined ? own : Math.min(own, call.deadline);
}

/** -1 stands for any size. */
function fits(shape: readonly number[], expected: readonly number[]): boolean {
  return shape.length === expected.length && expected.every((size, i) => size === -1 || size === shape[i]);
}

function listed(declared: readonly TensorMetadata[]): string {
  return `the model takes ${declared.map(({ name }) => show(name)).join(', ')}`;
}

function invalid(message: string): RequestError {
  return new RequestError('invalid', message);
}
