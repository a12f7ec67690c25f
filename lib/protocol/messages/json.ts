import { show } from '../../check.js';
import { errorText } from '../../util/errorText.js';
import { RequestError } from './errors.js';
import type { MessageLimits } from './limits.js';
import { checkStructure } from './structure.js';
import { documentOf } from './text.js';
import type { Parameters } from './types.js';

/** A JSON object: keys are looked up, and may be any text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON document, as text and as value. */
export interface Document {
  readonly text: string;
  readonly value: unknown;
}

/**
 * @param what such as `the request`
 * @throws RequestError `invalid` for what is no JSON, `too-large` over a limit
 */
export function parseJson(what: string, octets: Uint8Array, limits: MessageLimits): Document {
  if (octets.length > limits.octets) {
    throw new RequestError(
      'too-large',
      `${what} has ${octets.length} octets, and the limit is ${limits.octets}`,
    );
  }
  checkStructure(octets, limits);
  return parsedText(what, octets);
}

/** The same without its limits. */
export function parsedText(what: string, octets: Uint8Array): Document {
  const text = documentOf(octets);
  if (text === undefined) throw new RequestError('invalid', `${what} is no JSON: it isn't UTF-8`);
  try {
    return { text, value: JSON.parse(text) };
  } catch (error) {
    const why = errorText(error);
    throw new RequestError('invalid', `${what} is no JSON: ${why}`, undefined, { cause: error });
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(place: string, value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new RequestError('invalid', `${place} is ${show(value)}; expected an object`);
}

export function listOf(place: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new RequestError('invalid', `${place} is ${show(value)}; expected an array`);
}

export function nameOf(place: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new RequestError('invalid', `${place} is ${show(value)}; expected a name`);
}

/** Clients write null for what they leave out. */
export function optionalText(place: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new RequestError('invalid', `${place} is ${show(value)}; expected text`);
}

/** No parameters. */
export const NONE: Parameters = Object.freeze({});

/**
 * @param dropped a parameter that is left out
 * @throws RequestError `invalid` for values that aren't text, numbers, true or false; null counts as left out
 */
export function parametersOf(place: string, value: unknown, dropped?: string): Parameters {
  if (value === undefined || value === null) return NONE;
  const object = objectOf(place, value);
  if (areParameters(object, dropped)) return object;
  const entries: [string, string | number | boolean][] = [];
  for (const [key, parameter] of Object.entries(object)) {
    if (key === dropped || parameter === null) continue;
    if (!isParameter(parameter)) {
      throw new RequestError(
        'invalid',
        `${place}: ${show(key)} is ${show(parameter)}; expected text, a number, true or false`,
      );
    }
    entries.push([key, parameter]);
  }
  // Any key becomes one of the object's own, `__proto__` too.
  return Object.fromEntries(entries);
}

function areParameters(object: JsonObject, dropped: string | undefined): object is Parameters {
  for (const key in object) if (key === dropped || !isParameter(object[key])) return false;
  return true;
}

function isParameter(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** A parameter's own value: never one that all objects have. */
export function parameterOf(parameters: Parameters, name: string): string | number | boolean | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}
