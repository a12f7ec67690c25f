import { show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { member } from '../../../lib/util/member.js';

/**
 * A schema of labels: what zod (`z.enum([...])`), valibot (`picklist`), arktype and others give, by the structure that they
 * share.
 *
 * @see Standard Schema 1.1, `StandardSchemaV1`
 */
export interface LabelSchema<L> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: unknown; readonly output: L } | undefined;
  };
}

/** A label, and the text that stands for it in answers. */
export interface SchemaLabel {
  readonly text: string;
  readonly label: unknown;
}

export function isLabelSchema(value: unknown): value is LabelSchema<unknown> {
  return typeof member(member(value, '~standard'), 'validate') === 'function';
}

/** No list of labels has it. */
const NO_LABEL = '\u0000 no label of any list \u0000';

/**
 * The labels of a schema: its values as it states them in JSON Schema where it can, else by the fields that zod, valibot and
 * arktype have for them. Each is validated.
 *
 * @throws OptionError for a schema of free text, of numbers, or of values that can't be listed
 */
export function labelsOfSchema(schema: LabelSchema<unknown>): SchemaLabel[] {
  const { vendor, validate } = schema['~standard'];
  const refuse = (why: string): never => {
    throw new OptionError(
      'labels',
      `the schema (of ${vendor}) ${why}: give a list of values, such as z.enum([...])`,
    );
  };
  const issuesOf = (value: unknown) => {
    const result = validate(value);
    if (typeof member(result, 'then') === 'function') refuse('validates with a promise');
    return { isValid: member(result, 'issues') === undefined, output: member(result, 'value') };
  };
  if (issuesOf(NO_LABEL).isValid) refuse('takes any text');
  const values = jsonSchemaValues(schema) ?? valuesOf(schema, 0);
  if (values === undefined || values.length === 0) {
    const isNumber = issuesOf(0.5).isValid;
    return refuse(
      isNumber ? "takes any number, which { min, max } is for, and doesn't" : "doesn't list its values",
    );
  }
  return [...new Set(values)].map((value) => {
    const { isValid, output } = issuesOf(value);
    if (!isValid) refuse(`lists ${show(value)}, which it refuses`);
    return { text: String(value), label: output };
  });
}

function jsonSchemaValues(schema: LabelSchema<unknown>): unknown[] | undefined {
  const input = member(member(schema['~standard'], 'jsonSchema'), 'input');
  if (typeof input !== 'function') return undefined;
  try {
    return enumerated(input({ target: 'draft-2020-12' }));
  } catch {
    // It has values that JSON Schema can't state.
    return undefined;
  }
}

/** Values of `enum`, `const`, and of alternatives of these. */
function enumerated(json: unknown): unknown[] | undefined {
  const listed = member(json, 'enum');
  if (Array.isArray(listed)) return listed;
  if (typeof json === 'object' && json !== null && 'const' in json) return [json.const];
  const any = member(json, 'anyOf') ?? member(json, 'oneOf');
  return Array.isArray(any) ? joined(any.map(enumerated)) : undefined;
}

/** Depth of unions in unions. */
const DEEPEST = 5;

/** Values by the fields that libraries have: `options`, `values`, `literal`, `value`, `unit`, `json`. */
function valuesOf(node: unknown, depth: number): unknown[] | undefined {
  if (depth > DEEPEST) return undefined;
  if (isPlain(node)) return [node];
  for (const name of ['options', 'values', 'json']) {
    const listed = member(node, name);
    if (Array.isArray(listed) || listed instanceof Set) {
      return joined([...listed].map((each) => valuesOf(each, depth + 1)));
    }
  }
  for (const name of ['literal', 'value', 'unit']) {
    const single = member(node, name);
    if (isPlain(single)) return [single];
  }
  const def = member(node, 'def');
  return def === undefined || def === node ? undefined : valuesOf(def, depth + 1);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Undefined where one of them is. */
function joined(parts: readonly (unknown[] | undefined)[]): unknown[] | undefined {
  const all: unknown[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    all.push(...part);
  }
  return all;
}
