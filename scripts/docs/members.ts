import { plain } from './declarations.js';

/** A member of an interface or a class, from its declaration. */
export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  /** From the name on, without a comment: `(rows: readonly Row[]): void;` of a method, `: number;` of a field. */
  readonly signature: string;
  readonly comment: string;
}

/** A parameter of a function or method. */
export interface Parameter {
  /** Empty if it is destructured. */
  readonly name: string;
  readonly type: string;
}

const MEMBER = /^((?:readonly |static |get |set |async )*)(\w+)(\??)([(<:][\s\S]*)$/;
const HIDDEN = /^(?:static )?(?:private|protected|#)/;

/** Members of an interface or class that users see, in their order; overloads are one each. @param text its declaration */
export function membersOf(text: string): Member[] {
  const found: Member[] = [];
  const lines = text.split('\n').slice(1, -1);
  let comment: string[] = [];
  let open: string[] = [];
  let isIn = false;
  let depth = 0;
  for (const line of lines) {
    if (depth === 0 && (isIn || line.startsWith('    /**'))) {
      comment = isIn ? [...comment, line] : [line];
      isIn = !line.includes('*/');
      continue;
    }
    open.push(line);
    if (/^\s*(\/\*\*|\*|\/\/)/.test(line)) continue;
    for (const c of line) depth += '{(['.includes(c) ? 1 : '})]'.includes(c) ? -1 : 0;
    if (depth > 0 || !/;$/.test(line)) continue;
    const statement = open.join('\n').trim();
    const [, kind, name, mark, signature] = MEMBER.exec(statement) ?? [];
    if (name !== undefined && !HIDDEN.test(statement))
      found.push({
        name,
        isOptional: mark === '?',
        // A getter is a field to those who read it.
        signature: kind.includes('get ') ? signature.replace(/^\(\)/, '') : signature,
        comment: plain(comment.join('\n')),
      });
    comment = [];
    open = [];
  }
  return found;
}

/**
 * Parameters and return type of a signature such as `<Row>(rows: readonly Row[]): Promise<void>;`.
 */
export function callOf(
  signature: string,
): { readonly parameters: Parameter[]; readonly result: string } | undefined {
  const start = afterAngles(signature);
  if (signature[start] !== '(') return undefined;
  const end = closing(signature, start);
  const parameters = splitAt(signature.slice(start + 1, end)).map((each) => {
    const [, name = '', type = ''] = /^(?:\.\.\.)?(\w*|\{[\s\S]*?\})\??:\s*([\s\S]*)$/.exec(each) ?? [];
    return { name: name.startsWith('{') ? '' : name, type };
  });
  return { parameters, result: signature.slice(end + 1).replace(/^:\s*|;$/g, '') };
}

const CLOSING: Readonly<Record<string, number>> = {
  '(': 1,
  '{': 1,
  '[': 1,
  '<': 1,
  ')': -1,
  '}': -1,
  ']': -1,
};

function depthOf(text: string, at: number): number {
  // The arrow of a function's type closes nothing.
  if (text[at] === '>') return text[at - 1] === '=' ? 0 : -1;
  return CLOSING[text[at]] ?? 0;
}

function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    depth += depthOf(text, at);
    if (depth === 0) return at;
  }
  return text.length;
}

function afterAngles(text: string): number {
  return text.startsWith('<') ? closing(text, 0) + 1 : 0;
}

/** At the commas that are in no brackets. */
function splitAt(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    depth += depthOf(text, at);
    if (text[at] !== ',' || depth > 0) continue;
    parts.push(text.slice(from, at).trim());
    from = at + 1;
  }
  return [...parts, text.slice(from).trim()].filter((part) => part !== '');
}
