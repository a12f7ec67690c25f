import { readFileSync } from 'node:fs';

/** An entry point: its import name, and its source without the ending. */
export interface Entry {
  readonly name: string;
  readonly source: string;
}

/**
 * The entries that package.json exports, in its order.
 *
 * @param root the repository, ending with a slash
 * @example entriesOf(root)[0]; // { name: 'spillway', source: 'index' }
 */
export function entriesOf(root: string): Entry[] {
  const { name, exports }: { name: string; exports: Record<string, string | { types: string }> } = JSON.parse(
    readFileSync(`${root}package.json`, 'utf8'),
  );
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ name: name + path.slice(1), source: target.types.replace(/^\.\/dist\/|\.d\.ts$/g, '') }],
  );
}

/** The declaration that the compiler wrote of a source. */
export function declarationFile(root: string, { source }: Entry): string {
  return `${root}out/types/${source}.d.ts`;
}
