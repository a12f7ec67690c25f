import { jsonOf } from '../../../lib/util/jsonOf.js';
import type { ChatReply } from '../asking/index.js';
import type { AnswerKind, NumberRange } from './answers.js';

/** Why an answer is none. */
export type Unparsed = 'refusal' | 'cut' | 'other';

/** The class, or the number, of a reply; or why it has none. */
export type ReplyReader = (reply: ChatReply) => number | Unparsed;

export function replyReader(answers: AnswerKind): ReplyReader {
  if (answers.kind === 'range') return (reply) => parseNumber(reply, answers.range);
  const parser = new LabelParser(answers.texts);
  return (reply) => parser.parse(reply);
}

/** Finds the label of an answer: strictly, since a guess would be a wrong answer that nobody sees. */
export class LabelParser {
  private readonly classOf: ReadonlyMap<string, number>;

  constructor(texts: readonly string[]) {
    this.classOf = new Map(texts.map((text, c) => [text.toLowerCase(), c]));
  }

  /**
   * The class of the label that the text is, blanks around it and case aside; or of the one label in a JSON text or object.
   * Words around a label aren't looked into.
   *
   * @returns the class, or why there is none
   */
  parse(reply: ChatReply): number | Unparsed {
    const fault = faultOf(reply);
    if (fault !== undefined) return fault;
    return this.find(reply.text ?? '') ?? 'other';
  }

  private find(text: string): number | undefined {
    const own = this.class(text);
    if (own !== undefined) return own;
    const json = jsonIn(text);
    const values = typeof json === 'object' && json !== null ? Object.values(json) : [json];
    const found = new Set(values.flatMap((value) => this.class(value) ?? []));
    return found.size === 1 ? [...found][0] : undefined;
  }

  private class(value: unknown): number | undefined {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    return this.classOf.get(String(value).trim().toLowerCase());
  }
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number that the text is, or the one number in a JSON object; within the range. */
export function parseNumber(reply: ChatReply, { min, max }: NumberRange): number | Unparsed {
  const fault = faultOf(reply);
  if (fault !== undefined) return fault;
  const text = (reply.text ?? '').trim();
  const found = NUMBER.test(text) ? [Number(text)] : numbersIn(jsonIn(text));
  const [number] = found;
  return found.length === 1 && number >= min && number <= max ? number : 'other';
}

function numbersIn(json: unknown): number[] {
  const values = typeof json === 'object' && json !== null ? Object.values(json) : [json];
  return values.flatMap((value) => {
    if (typeof value === 'number') return [value];
    return typeof value === 'string' && NUMBER.test(value.trim()) ? [Number(value)] : [];
  });
}

function faultOf({ text, finish }: ChatReply): Unparsed | undefined {
  if (finish === 'length') return 'cut';
  return text === null || finish === 'content_filter' || finish === 'content-filter' ? 'refusal' : undefined;
}

function jsonIn(text: string): unknown {
  // Most texts are none: they are told without an error's cost.
  return /^\s*["{]/.test(text) ? jsonOf(text) : undefined;
}
