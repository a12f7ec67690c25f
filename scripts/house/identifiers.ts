/** A name in a source, and the line on which it stands, counted from 1. */
export interface Identifier {
  readonly name: string;
  readonly line: number;
}

const WHITE_OR_COMMENT = /^(?:\s|\/[/*])/;
const NAME = /^#?[\p{ID_Start}$_]/u;
/** A slash after one of these words begins a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'await case delete do else in instanceof of new return throw typeof void yield'.split(' '),
);
const TOKEN =
  /\s+|\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|#?[\p{ID_Start}$_][\p{ID_Continue}$]*|\.?\d[\w.]*|[\s\S]/uy;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/[\\\n])+\/\w*/y;
/** A template's text, up to its end or to the next `${`. */
const TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;

/**
 * The identifiers of a JavaScript or TypeScript source, keywords included. Strings, the text of templates, regular expressions and
 * comments are skipped. A tokenizer is enough for this, and no parser of TypeScript is a dependency.
 *
 * @example identifiersOf("const two = 'three';"); // [{ name: 'const', line: 1 }, { name: 'two', line: 1 }]
 */
export function identifiersOf(source: string): Identifier[] {
  const found: Identifier[] = [];
  /** The braces that are open: true for one of a template. */
  const braces: boolean[] = [];
  let at = 0;
  let line = 1;
  let previous = '';
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const match = pattern.exec(source)?.[0] ?? '';
    at += match.length;
    line += match.split('\n').length - 1;
    return match;
  };
  const takeText = () => {
    take(TEXT);
    const isOpened = source[at] === '$';
    if (isOpened) braces.push(true);
    at += isOpened ? 2 : 1;
  };
  while (at < source.length) {
    const start = line;
    const isSlash = source[at] === '/' && !/[/*]/.test(source[at + 1] ?? '');
    if (isSlash && canBeginExpression(previous) && take(REGEX) !== '') {
      previous = ')';
      continue;
    }
    const part = take(TOKEN);
    if (part === '`') takeText();
    else if (part === '{') braces.push(false);
    else if (part === '}' && braces.pop() === true) takeText();
    if (NAME.test(part)) found.push({ name: part.replace('#', ''), line: start });
    if (!WHITE_OR_COMMENT.test(part)) previous = part;
  }
  return found;
}

function canBeginExpression(previous: string): boolean {
  return BEFORE_EXPRESSION.has(previous) || !/[\p{ID_Continue}$)\]}'"`]$/u.test(previous);
}
