import { show } from '../../lib/check.js';
import {
  type InferRequest,
  parameterOf,
  RequestError,
  type TensorMetadata,
} from '../../lib/protocol/messages/index.js';
import type { SliceInput } from '../executor.js';
import { matchInputs, timeoutOf } from '../protocol/index.js';

/** The rows of a request, as slices take them. */
export interface RequestRows {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, SliceInput>>;
}

/**
 * The rows of a request, checked against the inputs that a model declares.
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
  const { tensors, rows } = matchInputs(declared, request.inputs);
  if (rows > most)
    throw new RequestError('too-large', `${rows} rows; a request to this model has at most ${most}`);
  const inputs: Record<string, SliceInput> = Object.create(null);
  for (const { name, shape, elements } of tensors) inputs[name] = { elements, rowShape: shape.slice(1) };
  return { rows, inputs };
}

/**
 * The K of a request to a ranker: its parameter `k`.
 *
 * @param candidates there are
 * @throws RequestError `invalid`
 */
export function kOf({ parameters }: Pick<InferRequest, 'parameters'>, candidates: number): number {
  const k = parameterOf(parameters, 'k');
  if (k === undefined)
    throw new RequestError('invalid', "a ranker needs the parameter 'k': how many candidates to return");
  if (typeof k === 'number' && Number.isSafeInteger(k) && k >= 1 && k <= candidates) return k;
  throw new RequestError(
    'invalid',
    `parameter 'k': expected a whole number from 1 to ${candidates}, the candidates, got ${show(k)}`,
  );
}

/**
 * When the answer to a request is worth nothing any more: the deadline of its transport, or its parameter `timeout`
 * after its arrival if that is earlier; without either, what the model has by default.
 *
 * @param call times of the server's timer, in milliseconds
 * @returns undefined without either
 * @throws RequestError `invalid` for another timeout than whole microseconds
 */
export function requestDeadline(
  { parameters }: Pick<InferRequest, 'parameters'>,
  { arrived, deadline }: { readonly arrived: number; readonly deadline: number | undefined },
  { timeoutMicroseconds }: { readonly timeoutMicroseconds: number | undefined },
): number | undefined {
  const timeout = timeoutOf(parameters);
  if (timeout !== undefined) return Math.min(arrived + timeout, deadline ?? Number.POSITIVE_INFINITY);
  if (deadline !== undefined || timeoutMicroseconds === undefined) return deadline;
  return arrived + timeoutMicroseconds / 1_000;
}
