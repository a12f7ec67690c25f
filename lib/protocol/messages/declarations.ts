import { show } from '../../check.js';
import { DATATYPES, isDatatype } from './datatypes.js';
import { RequestError } from './errors.js';
import type { TensorMetadata } from './types.js';

/** An input as a model's module declares it. */
export interface InputDeclaration extends TensorMetadata {
  /** How elements of `BYTES` are handed to `row`. */
  readonly as: 'text' | 'bytes';
}

/**
 * The inputs that a features' module declares: datatypes by name, or a list of objects with names.
 *
 * @throws RequestError `unavailable` for what declares none
 */
export function inputDeclarations(inputs: unknown): InputDeclaration[] {
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

/** The rows are free, or fixed; the others are sizes. */
function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value[0] === -1 &&
    value.every((size) => Number.isSafeInteger(size) && (size === -1 || size > 0))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function wrong(what: string): RequestError {
  return new RequestError('unavailable', `the features' module ${what}`);
}
