import { show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { isLabelSchema, type LabelSchema, labelsOfSchema } from './labelSchema.js';

/** Numbers that a model may answer with, both ends included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** What a model may answer. */
export type AnswerKind =
  | { readonly kind: 'labels'; readonly labels: readonly unknown[]; readonly texts: readonly string[] }
  | { readonly kind: 'range'; readonly range: NumberRange };

/** @throws OptionError for labels that answers couldn't be told apart by, and for a range that holds nothing */
export function answerKind(given: readonly unknown[] | LabelSchema<unknown> | NumberRange): AnswerKind {
  if (Array.isArray(given)) return labelled(given.map((label) => ({ label, text: String(label) })));
  if (isLabelSchema(given)) return labelled(labelsOfSchema(given));
  if (typeof given === 'object' && given !== null && 'min' in given && 'max' in given) return ranged(given);
  throw new OptionError(
    'labels',
    `expected a list of labels, a schema such as z.enum([...]), or { min, max } for numbers, got ${show(given)}`,
  );
}

function ranged({ min, max, ...others }: NumberRange): AnswerKind {
  const [strange] = Object.keys(others);
  if (strange !== undefined) throw new OptionError(`labels.${strange}`, 'unknown; known are min, max');
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    throw new OptionError('labels', `expected numbers min < max, got ${show(min)} and ${show(max)}`);
  }
  return { kind: 'range', range: { min, max } };
}

function labelled(all: readonly { readonly label: unknown; readonly text: string }[]): AnswerKind {
  if (all.length < 2) throw new OptionError('labels', `expected at least 2, got ${all.length}`);
  const known = new Map<string, string>();
  const outputs = new Map<string, string>();
  for (const { label, text } of all) {
    if (typeof label !== 'string' && typeof label !== 'number' && typeof label !== 'boolean') {
      throw new OptionError('labels', `expected text, numbers, true and false, got ${show(label)}`);
    }
    if (text.trim() === '' || text !== text.trim()) {
      throw new OptionError('labels', `${show(text)} is empty, or has blanks around it, which answers lose`);
    }
    const folded = text.toLowerCase();
    const other = known.get(folded);
    if (other !== undefined) {
      const how = other === text ? 'are the same text' : 'differ by case alone, which answers change at will';
      throw new OptionError(
        'labels',
        `${show(other)} and ${show(text)} ${how}: give one of them another name`,
      );
    }
    const twin = outputs.get(String(label));
    if (twin !== undefined) {
      throw new OptionError(
        'labels',
        `the schema makes one label, ${show(label)}, of ${show(twin)} and ${show(text)}`,
      );
    }
    known.set(folded, text);
    outputs.set(String(label), text);
  }
  return { kind: 'labels', labels: all.map(({ label }) => label), texts: all.map(({ text }) => text) };
}

/** The class, or number, of rows without an answer. @throws OptionError */
export function unparsedOf(unparsed: unknown, answers: AnswerKind): number | undefined {
  if (unparsed === undefined) return undefined;
  if (answers.kind === 'range') {
    if (typeof unparsed === 'number' && Number.isFinite(unparsed)) return unparsed;
    throw new OptionError('unparsed', `expected a number, got ${show(unparsed)}`);
  }
  const at = answers.labels.indexOf(unparsed);
  if (at >= 0) return at;
  throw new OptionError(
    'unparsed',
    `expected one of ${answers.labels.map(show).join(', ')}, got ${show(unparsed)}: add a label for such rows, such as 'other'`,
  );
}

/** The only property of a structured answer. */
export function propertyOf({ kind }: AnswerKind): string {
  return kind === 'labels' ? 'label' : 'number';
}

/** The JSON schema of an answer. Limits of numbers aren't in it: servers refuse them. */
export function answerSchema(answers: AnswerKind): JsonValue {
  const value: JsonValue =
    answers.kind === 'labels' ? { type: 'string', enum: answers.texts } : { type: 'number' };
  const name = propertyOf(answers);
  return { type: 'object', properties: { [name]: value }, required: [name], additionalProperties: false };
}
