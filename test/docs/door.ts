import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Which typed errors a function throws at its door: those made in it, in functions of its own file that it calls, and in checks (functions
 * whose names begin with `check` or `demand`), wherever these are. What comes from deeper is for its comment to choose.
 *
 * Sources are read as text, by the house's format: what is declared begins where a line does, and a method two columns further in.
 */

type Place = readonly [file: string, name: string];

interface Source {
  /** What it takes from other files of ours, by the name that it has here. */
  readonly imports: ReadonlyMap<string, Place>;
  /** What it hands on from others. */
  readonly exports: ReadonlyMap<string, Place>;
  /** Files all of whose exports it hands on. */
  readonly all: readonly string[];
  /** Functions by name, methods by class and name. */
  readonly bodies: ReadonlyMap<string, string>;
  /** Classes by name, with what each extends. */
  readonly classes: ReadonlyMap<string, string>;
}

/** The sources of a folder that holds rooms. */
export class House {
  private readonly sources = new Map<string, Source>();
  private readonly errors: ReadonlySet<string>;

  constructor(root: string | URL, folders: readonly string[]) {
    const base = typeof root === 'string' ? root : fileURLToPath(root);
    for (const folder of folders) {
      for (const path of readdirSync(join(base, folder), { recursive: true, encoding: 'utf8' })) {
        if (!path.endsWith('.ts') || path.endsWith('.wasm.ts')) continue;
        const file = posix.join(folder, path.replaceAll('\\', '/'));
        this.sources.set(file, sourceOf(file, readFileSync(join(base, file), 'utf8')));
      }
    }
    const classes = [...this.sources.values()].flatMap((source) => [...source.classes]);
    this.errors = new Set(classes.flatMap(([name, parent]) => (/Error$/.test(parent) ? [name] : [])));
  }

  /** Names of errors at the door of a function, or of a class and its method with a dot between. */
  errorsAt(home: string, start: string): string[] {
    const found = new Set<string>();
    const seen = new Map([[`${home} ${start}`, [home, start] as Place]]);
    for (const [file, name] of seen.values()) {
      const body = this.sources.get(file)?.bodies.get(name) ?? '';
      for (const [, made] of body.matchAll(/\bnew (\w+)\(/g)) if (this.errors.has(made)) found.add(made);
      for (const callee of this.calls(file, name, body)) {
        const [there, called] = callee;
        if (there === home || /^(check|demand)/.test(called)) seen.set(callee.join(' '), callee);
      }
    }
    return [...found].sort();
  }

  private calls(file: string, name: string, body: string): Place[] {
    const [owner] = name.split('.');
    const own = [...body.matchAll(/\bthis\.(\w+)\(/g)].map(
      ([, method]): Place => [file, `${owner}.${method}`],
    );
    const called = [...body.matchAll(/(?<![\w.])(\w+)(?:<[^<>()]*>)?\(/g)].flatMap(([, callee]) => {
      const place = this.find(file, callee);
      return place === undefined ? [] : [place];
    });
    return [...own, ...called].filter(([there, callee]) => this.sources.get(there)?.bodies.has(callee));
  }

  /** Where the function is that a file calls by a name. */
  private find(file: string, name: string): Place | undefined {
    const source = this.sources.get(file);
    if (source === undefined) return undefined;
    if (source.bodies.has(name)) return [file, name];
    const next = source.imports.get(name) ?? source.exports.get(name);
    if (next !== undefined) return this.find(...next);
    return source.all.map((each) => this.find(each, name)).find((place) => place !== undefined);
  }
}

function sourceOf(file: string, written: string): Source {
  const text = written.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const there = (path: string) => posix.join(posix.dirname(file), path.replace(/\.js$/, '.ts'));
  const taken = (kind: 'import' | 'export') => {
    const statements = text.matchAll(new RegExp(`^${kind} \\{([^}]*)\\} from '(\\.[^']+)';`, 'gm'));
    const places = [...statements].flatMap(([, names, path]) =>
      names.split(',').map((item): [string, Place] => {
        const [own, here = own] = item.trim().split(' as ');
        return [here, [there(path), own]];
      }),
    );
    return new Map(places);
  };
  const bodies = new Map<string, string>();
  for (const [body, name] of text.matchAll(/^(?:export )?(?:async )?function\*? (\w+)[\s\S]*?^\}/gm))
    bodies.set(name, `${bodies.get(name) ?? ''}${body}`);
  for (const [body, name] of text.matchAll(
    /^(?:export )?const (\w+) = (?:async )?[(\w][^\n]*=>[\s\S]*?;\n(?=\S|\n|$)/gm,
  ))
    bodies.set(name, body);
  const classes = new Map<string, string>();
  for (const [whole, name] of text.matchAll(/^(?:export )?(?:abstract )?class (\w+)[\s\S]*?^\}/gm)) {
    classes.set(name, /\bextends (\w+)/.exec(whole)?.[1] ?? '');
    const methods = whole.matchAll(
      /^ {2}(?:(?:private|protected|static|override|async|get|set) )*(\w+)(?:<[^\n]*>)?\([\s\S]*?^ {2}\}/gm,
    );
    for (const [body, method] of methods) bodies.set(`${name}.${method}`, body);
  }
  const all = [...text.matchAll(/^export \* from '(\.[^']+)';/gm)].map(([, path]) => there(path));
  return { imports: taken('import'), exports: taken('export'), all, bodies, classes };
}
