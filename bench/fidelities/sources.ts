import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Corpus, LONGEST } from './corpora.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Shorter files are answered by the whole pipeline in no time. */
const SHORTEST = 1_500;

/** Kinds by how a file's name ends, the longer endings first. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\.d\.[mc]?ts$/, 'declarations'],
  [/\.[mc]?ts$/, 'typescript'],
  [/\.[mc]?js$/, 'javascript'],
  [/\.md$/, 'markdown'],
];

/**
 * Files of the packages that this one is developed with, as its lockfile has them: in which language is one written?
 * They are ordered by package and path, so that the same lockfile gives the same rows.
 */
export function loadSources(): Corpus {
  const files = packages().flatMap((name) => filesUnder(join(ROOT, 'node_modules', name)));
  const rows: { readonly text: string }[] = [];
  const labels: string[] = [];
  for (const path of files) {
    const kind = KINDS.find(([ending]) => ending.test(path))?.[1];
    if (kind === undefined) continue;
    const text = readFileSync(path, 'utf8');
    if (text.length < SHORTEST) continue;
    rows.push({ text: Buffer.from(text.slice(0, LONGEST)).toString() });
    labels.push(kind);
  }
  return { rows, labels };
}

/** Packages that are the same on every platform: `typescript` and a few others ship one for each. */
function packages(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('devDependencies' in manifest)) return [];
  return Object.keys(manifest.devDependencies ?? {})
    .filter((name) => !name.startsWith('@biomejs/'))
    .sort();
}

/** In the order of names, other packages' folders left out. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name === 'node_modules') return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
}
