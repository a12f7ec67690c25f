import test from 'ava';
import { declaredTwice } from '../../scripts/house/names.js';

const complaints = (...sources: readonly [path: string, text: string][]) => declaredTwice(new Map(sources));

test('an exported name is declared in one file', (t) => {
  t.deepEqual(complaints(['lib/a.ts', 'export type Loss = 1;\n'], ['serve/b.ts', 'export class Loss {}\n']), [
    'lib/a.ts and serve/b.ts declare Loss; share it, or name each for what it is',
  ]);
  t.is(
    complaints(
      ['lib/a.ts', 'export async function read() {}\n'],
      ['cli/b.ts', 'const a = 1;\nexport const read = a;\n'],
      ['topk/c.ts', 'export function* read() {}\n'],
    ).length,
    1,
  );
});

test('overloads, a type with its value, exports of others and names of a file alone are no second declaration', (t) => {
  t.deepEqual(
    complaints(
      ['lib/a.ts', 'export function read(a: 1): 1;\nexport function read(a: 2): 2;\n'],
      ['lib/b.ts', 'export interface Page {}\nexport const Page = 1;\n'],
      ['lib/index.ts', "export { read } from './a.js';\nexport type { Page } from './b.js';\n"],
      ['lib/c.ts', 'function read() {}\n  export type Page = 1;\n'],
    ),
    [],
  );
});

test("light files, tests and the entries' own words may repeat names", (t) => {
  t.deepEqual(
    complaints(
      ['lib/util/sha256.ts', 'export function sha256() {}\n'],
      ['lib/util/lightSha256.ts', 'export function sha256() {}\n'],
      ['test/sha256.ts', 'export function sha256() {}\n'],
      ['lib/state.ts', 'export type Tensor = 1;\n'],
      ['lib/messages.ts', 'export interface Tensor {}\n'],
    ),
    [],
  );
});
