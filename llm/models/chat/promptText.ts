import { OptionError } from '../../../lib/errors.js';
import { errorText } from '../../../lib/util/errorText.js';
import type { ChatMessage } from '../asking/index.js';

/** What a model is asked about a row: messages, or the text of a single one of the user's. */
export type Prompt<Row> = (row: Row) => string | readonly ChatMessage[];

export function messagesOf(prompted: string | readonly ChatMessage[]): readonly ChatMessage[] {
  return typeof prompted === 'string' ? [{ role: 'user', content: prompted }] : prompted;
}

/**
 * The messages that a prompt makes of a row whose fields are their own names: what it says apart from the row, constants and
 * few examples that its function refers to included. The function's own code would change with every formatter, and wouldn't
 * show these.
 *
 * @param version where it is given, a prompt that can't make anything of such a row is known by it alone
 * @throws OptionError where the prompt fails on that row, and no version is given
 */
export function promptIdentity(prompt: Prompt<never>, version: string | undefined): string {
  try {
    return JSON.stringify([version ?? null, saidOf(prompt, '')]);
  } catch (error) {
    if (version !== undefined) return JSON.stringify([version]);
    throw new OptionError(
      'version',
      `missing: what the prompt says can't be told without a row, since its function failed on one made of names (${errorText(error)}). ` +
        "Give a version, and change it whenever 'prompt' changes",
    );
  }
}

/** Numbers in a row, so that it shows where a text was cut: 100 kB, longer than what prompts leave of one. */
const LONG = Array.from({ length: 18_000 }, (_, i) => ` ${i}`).join('');

/** The same of a row whose fields are long: it shows where they are cut. Undefined where the function takes no such row. */
export function longIdentity(prompt: Prompt<never>): string | undefined {
  try {
    return JSON.stringify(saidOf(prompt, LONG));
  } catch {
    return undefined;
  }
}

/** Roles and contents for a row that is made of names. @param tail ends each of its texts */
function saidOf(prompt: Prompt<never>, tail: string): string[][] {
  // A row of no type: the function takes whatever it reads of it for text.
  const given = prompt(placeholder('row', tail) as never);
  // A field by itself is such a text, too.
  const messages = messagesOf(Array.isArray(given) ? given : String(given));
  return messages.map(({ role, content }) => [role, String(content)]);
}

/** Something that is text with its name, and has any field, which is the same. */
function placeholder(name: string, tail: string): unknown {
  const text = `{{${name}}}${tail}`;
  return new Proxy(Object(text), {
    get(_, field) {
      if (field === Symbol.toPrimitive) return () => text;
      if (typeof field === 'symbol') return undefined;
      if (field === 'toJSON') return () => text;
      const own: unknown = Reflect.get(String.prototype, field);
      // Methods of texts work; `length` is the text's.
      if (field === 'length') return text.length;
      return typeof own === 'function' ? own.bind(text) : placeholder(field, tail);
    },
    has: () => true,
  });
}
