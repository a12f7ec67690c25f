import { type InferResponse, parameterOf, RequestError, type Tensor, utf8Text } from '../messages/index.js';

/**
 * What a cascade of spillway answers over the wire: a label, scores and an exit a row, and what is promised of them.
 */
export interface CascadeAnswer {
  readonly model: string;
  readonly version: string;
  /** One a row: texts, numbers, true or false; for regression numbers. Empty for a ranker. */
  readonly labels: readonly (string | number | boolean)[];
  /** Rows x `width`; of a ranker the scores of the K best. Empty where the answer has none. */
  readonly scores: Float64Array;
  /** Scores a row: the number of classes; 0 where the answer has none. */
  readonly width: number;
  /** The stage that answered each row, 0 the first; the number of stages stands for the full model. */
  readonly exits: Int32Array;
  /** Of a ranker the positions of the K best candidates, best first; else empty. */
  readonly indices: Int32Array;
  /** `certified`, or why these answers aren't. */
  readonly verdict: string;
  /**
   * The largest expected loss against the full model, of this mode or of all answers together; undefined where
   * nothing is promised.
   */
  readonly epsilon: number | undefined;
  /** The certified plan that answered, 0 the model's own; others answer under load. */
  readonly mode: number;
  /** Rows of this answer that the certificate doesn't cover, since something that they needed failed. */
  readonly degradedRows: number;
}

/**
 * An answer as that of a cascade.
 *
 * @throws RequestError `invalid` for outputs or parameters that a cascade doesn't have
 */
export function cascadeAnswerOf({ model, version, parameters, outputs }: InferResponse): CascadeAnswer {
  const find = (name: string) => outputs.find((output) => output.name === name);
  const scores = find('scores');
  const number = (name: string) => {
    const value = parameterOf(parameters, name);
    if (value === undefined || typeof value === 'number') return value;
    throw new RequestError('invalid', `the parameter '${name}' is ${value}; expected a number`);
  };
  return {
    model,
    version,
    labels: labelsOf(find('label')),
    scores: scores === undefined ? new Float64Array() : floatsOf(scores),
    width: scores === undefined ? 0 : scores.shape.slice(1).reduce((width, size) => width * size, 1),
    exits: wholeOf(find('exit')),
    indices: wholeOf(find('indices')),
    verdict: String(parameterOf(parameters, 'verdict') ?? ''),
    epsilon: number('epsilon'),
    mode: number('mode') ?? 0,
    degradedRows: number('degraded_rows') ?? 0,
  };
}

function labelsOf(output: Tensor | undefined): readonly (string | number | boolean)[] {
  if (output === undefined) return [];
  const { datatype, elements } = output;
  if (datatype === 'BYTES') return textsOf(output);
  const numbers = Array.from<number | bigint | Uint8Array, number>(elements, Number);
  return datatype === 'BOOL' ? numbers.map(Boolean) : numbers;
}

/**
 * The elements of an output of BYTES as texts.
 *
 * @returns a text an element, in order
 * @throws RequestError `invalid` for an output of numbers, and for octets that aren't UTF-8
 *
 * @example
 * const { outputs } = await client.infer({ model: 'mail', inputs: [{ name: 'text', data: ['Win a prize'] }] });
 * textsOf(outputs[0]); // ['spam']
 */
export function textsOf({ name, elements }: Tensor): string[] {
  return Array.from<number | bigint | Uint8Array, string>(elements, (element, i) => {
    const text = element instanceof Uint8Array ? utf8Text(element) : undefined;
    if (text !== undefined) return text;
    throw new RequestError('invalid', `output '${name}': element ${i} isn't text in UTF-8`);
  });
}

function floatsOf({ name, elements }: Tensor): Float64Array {
  if (elements instanceof Float64Array) return elements;
  if (elements instanceof Float32Array) return Float64Array.from(elements);
  throw new RequestError('invalid', `output '${name}' isn't of FP64 or FP32`);
}

function wholeOf(output: Tensor | undefined): Int32Array {
  if (output === undefined) return new Int32Array();
  if (output.elements instanceof Int32Array) return output.elements;
  throw new RequestError('invalid', `output '${output.name}' isn't of INT32`);
}
