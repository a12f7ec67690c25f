import { readFile } from 'node:fs/promises';

/** A page's examples as one module, line for line: what isn't an example is blank, so that errors name the page's line. */
export interface Page {
  readonly source: string;
  /** How many results it states (`expression; // → value`). */
  readonly results: number;
  /** Languages of its fences, in order. */
  readonly fences: readonly string[];
}

/** Examples print; tests don't. On the first line, which holds the page's title. */
const QUIET = 'const console = { log: (..._: unknown[]) => {} };';
const RESULT = /^(\s*)(\S.*); \/\/ → (.+)$/;

/** @param modules what each module that examples import is to be imported as instead */
export async function readPage(path: URL, modules: Readonly<Record<string, string>>): Promise<Page> {
  const fences: string[] = [];
  let open: string | undefined;
  let results = 0;
  const lines = (await readFile(path, 'utf8')).split('\n').map((line, i) => {
    if (line.trimStart().startsWith('```')) {
      open = open === undefined ? line.trim().slice(3) : undefined;
      if (open !== undefined) fences.push(open);
      return '';
    }
    if (open !== 'ts') return '';
    const [, indent, expression, value] = RESULT.exec(line) ?? [];
    if (expression === undefined) return withModules(line, modules);
    results++;
    return `${indent}shown(${expression}, ${value}, ${i + 1});`;
  });
  return { source: `${QUIET}${lines.join('\n')}\nexport {};\n`, results, fences };
}

/** A line of source whose import is from elsewhere. */
function withModules(line: string, modules: Readonly<Record<string, string>>): string {
  return line.replace(/(\bfrom )'([^']+)'/, (whole, from: string, name: string) =>
    modules[name] === undefined ? whole : `${from}'${modules[name]}'`,
  );
}
