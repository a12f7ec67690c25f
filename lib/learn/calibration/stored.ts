import { ArtifactError } from '../../errors.js';
import type { JsonValue, State } from '../../util/state.js';

/** Readers of a state's fields. Each throws an ArtifactError that names the missing field. */

export function damagedState(what: string, have: string): ArtifactError {
  return new ArtifactError('damaged', `the state of ${what} has ${have}`);
}

export function storedKind({ json }: State, what: string): string {
  const kind = member(json, 'kind');
  if (typeof kind !== 'string') throw damagedState(what, 'no kind');
  return kind;
}

export function storedClasses({ json }: State, what: string): number {
  const classes = member(json, 'classes');
  if (typeof classes !== 'number' || !Number.isInteger(classes) || classes < 2)
    throw damagedState(what, 'no number of classes');
  return classes;
}

export function storedNumber({ json }: State, name: string, what: string): number {
  const value = member(json, name);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw damagedState(what, `no ${name}`);
  return value;
}

/** A number above 0. */
export function storedPositive({ json }: State, name: string, what: string): number {
  const value = member(json, name);
  if (typeof value !== 'number' || !(value > 0)) throw damagedState(what, `no ${name} above 0`);
  return value;
}

export function storedNumbers({ tensors }: State, name: string, length: number, what: string): Float64Array {
  const values = tensors[name];
  if (!(values instanceof Float64Array && values.length === length))
    throw damagedState(what, `no ${length} ${name} in double precision`);
  return values;
}

function member(json: JsonValue, name: string): JsonValue | undefined {
  if (typeof json !== 'object' || json === null || !(name in json)) return undefined;
  return Object.entries(json).find(([key]) => key === name)?.[1];
}
