import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An exported symbol as the compiler declares it, and its comment. */
export interface Declaration {
  /** As users import it. */
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'const';
  /** The text of all overloads, without comments except those of members. */
  readonly text: string;
  /** Without stars; empty if there is none. */
  readonly comment: string;
  /** The .d.ts file that declares it, and its name there. */
  readonly file: string;
  readonly own: string;
}

interface Statement {
  readonly names: readonly (readonly [exported: string, own: string])[];
  /** The module of a re-export; without names, all of its exports. */
  readonly from?: string;
  readonly text: string;
  readonly comment: string;
  readonly file: string;
}

/**
 * The exports of an entry, from declarations that `tsc` wrote. They are regular (each statement
 * begins at the start of a line), so they can be read without a compiler: TypeScript 7 has no API
 * for programs yet.
 *
 * @param entry a .d.ts file
 * @throws Error for an export whose declaration isn't found
 */
export function declarationsOf(entry: string): Declaration[] {
  const found = new Map<string, Declaration>();
  for (const [name, statements] of exportsOf(entry)) {
    const [first] = statements;
    const kind = /^export (?:declare )?(?:abstract )?(function|class|interface|type|const)\b/.exec(
      first.text,
    )?.[1];
    if (!isKind(kind)) throw new Error(`${name}: what is ${first.text.slice(0, 60)}?`);
    const comment = statements.map((each) => each.comment).find((each) => each !== '') ?? '';
    const [[, own]] = first.names;
    const text = statements.map((each) => each.text).join('\n');
    found.set(name, { name, kind, comment, text, file: first.file, own });
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function isKind(kind: string | undefined): kind is Declaration['kind'] {
  return kind !== undefined;
}

function exportsOf(path: string): Map<string, Statement[]> {
  const statements = statementsOf(path);
  const all = new Map<string, Statement[]>();
  const target = (from: string) => {
    const file = join(dirname(path), from.replace(/\.js$/, '.d.ts'));
    if (!existsSync(file)) throw new Error(`${path} exports from ${from}, which isn't there`);
    return exportsOf(file);
  };
  for (const statement of statements) {
    const { from, names } = statement;
    if (from === undefined) {
      for (const [name] of names) all.set(name, [...(all.get(name) ?? []), statement]);
    } else if (names.length === 0) {
      for (const [name, own] of target(from)) all.set(name, own);
    } else {
      const there = target(from);
      for (const [name, own] of names) {
        const declared = there.get(own);
        if (declared === undefined) throw new Error(`${path} exports ${own}, which ${from} doesn't`);
        all.set(name, declared);
      }
    }
  }
  return all;
}

const COMMENT = /^\/\*\*[\s\S]*?\*\/\n/;
/** A declaration ends where a line of it at depth 0 does. */
const NAME = /^export (?:declare )?(?:abstract )?(?:function|class|interface|type|const) (\w+)/;

function statementsOf(file: string): Statement[] {
  const found: Statement[] = [];
  let rest = readFileSync(file, 'utf8');
  while (rest !== '') {
    let comment = '';
    // A file's own comment may stand before that of its first statement.
    for (let next = COMMENT.exec(rest)?.[0]; next !== undefined; next = COMMENT.exec(rest)?.[0]) {
      comment = next;
      rest = rest.slice(next.length).replace(/^\n+/, '');
    }
    const text = statement(rest);
    rest = rest.slice(text.length).replace(/^\n+/, '');
    const again = /^export (?:type )?(?:\*|\{([\s\S]*?)\})(?: from '([^']+)')?;/.exec(text);
    if (again) {
      const names = (again[1] ?? '').split(',').flatMap((item) => {
        const [own, exported = own] = item
          .replace(/\btype\b/, '')
          .trim()
          .split(' as ');
        return own === '' ? [] : [[exported, own] as const];
      });
      if (again[2] !== undefined) found.push({ names, from: again[2], text, comment: '', file });
      continue;
    }
    const name = NAME.exec(text)?.[1];
    if (name !== undefined)
      found.push({ names: [[name, name]], text: text.trimEnd(), comment: plain(comment), file });
  }
  return found;
}

/** From its first line to the one where all brackets are closed again. */
function statement(source: string): string {
  let depth = 0;
  let end = 0;
  for (const line of source.split('\n')) {
    end += line.length + 1;
    // Comments of members may hold any bracket.
    if (/^\s*(\/\*\*|\*|\/\/)/.test(line)) continue;
    for (const c of line) depth += '{(['.includes(c) ? 1 : '})]'.includes(c) ? -1 : 0;
    if (depth <= 0 && /[;}]$/.test(line)) break;
  }
  return source.slice(0, end);
}

/** A comment's text, without its stars. */
function plain(comment: string): string {
  return comment
    .replace(/^\s*\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}
