import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

/**
 * The last bits of these are each engine's own (ECMA-262, 21.3.2, asks for an approximation), so nothing that spillway computes may rest on
 * them: `lib/util/math` has them. `Math.sqrt` and `2 ** k` of a whole k are exact everywhere,
 * as are powers of integers of any size.
 */
const APPROXIMATE =
  /\bMath\s*\.\s*(?:a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b|(?<!(?:^|[^\w.)\]])(?:2|\d+n)\s*)\*\*/;

/** Pictures: scales of charts and how many digits are shown. */
const COSMETIC = [
  'lib/report/words/numbers.ts',
  'lib/report/charts/scales.ts',
  'cascades/reporting/changes.ts',
  'cascades/reporting/report.ts',
];

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What it does: no comments, and of strings nothing. */
function code(source: string): string {
  return source.replace(/\/\*.*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'/gs, ' ');
}

async function approximate(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  const found: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.ts'))) {
    const file = join(folder, name);
    const lines = code(await readFile(join(root, file), 'utf8')).split('\n');
    if (lines.some((line) => APPROXIMATE.test(line))) found.push(file);
  }
  return found;
}

test('no source of a wing or of lib takes a function from Math whose bits differ between engines', async (t) => {
  const found = await Promise.all(['lib', 'cascades', 'topk', 'detect', 'llm'].map(approximate));
  t.deepEqual(found.flat().sort(), COSMETIC.toSorted());
});

test('what it looks for', (t) => {
  for (const line of [
    'Math.exp(x)',
    'xs.map(Math.log)',
    'x ** 2',
    'x ** 0.5',
    '(a + b) ** n',
    '12 ** k',
    'a[2] ** k',
    'x.2 ** y',
  ]) {
    t.regex(code(line), APPROXIMATE, line);
  }
  for (const line of [
    '2 ** k',
    '10n ** k',
    '-(2 ** 7)',
    'x * 2 ** -40',
    'Math.sqrt(x)',
    'Math.max(1, x)',
    "show('x ** y')",
    '/** x ** y */',
  ]) {
    t.notRegex(code(line), APPROXIMATE, line);
  }
});
