import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { wordsKernel } from '../../../lib/features/define/text/words.wasm.js';
import { forestKernel } from '../../../lib/learn/kernels/index.js';
import { startKernel, tryKernel } from '../../../lib/util/wasm.js';
import { byHand } from '../learn/kernels/forests.js';

/** TypeScript has it only among a browser's types. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: { grow(pages: number): number } };
};

test('a kernel has the memory asked for, in whole pages, and its functions by name', (t) => {
  const kernel = startKernel(wordsKernel, 100_000);
  t.is(kernel.memory.byteLength, 2 * 65_536);
  const bytes = new Uint8Array(kernel.memory);
  bytes.set(new TextEncoder().encode('two Words'), 16);
  t.is(kernel.run('words')(9, 1024, 4096, 8192), 2);
  t.deepEqual([...new Uint32Array(kernel.memory, 4096, 2)], [0, 4]);
  t.throws(() => kernel.run('letters'), { instanceOf: TypeError, message: /no function 'letters'/ });
});

test('no memory grows: a buffer that is detached slows every typed array of the process', (t) => {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  let grown = 0;
  prototype.grow = function (pages) {
    grown++;
    return grow.call(this, pages);
  };
  t.teardown(() => {
    prototype.grow = grow;
  });
  startKernel(wordsKernel, 10_000_000);
  const { name, run } = forestKernel(byHand, [3], 'wasm');
  t.is(name, 'wasm');
  run([denseBlock(1, 3, new Float32Array(3))], new Float64Array(byHand.outputs));
  t.is(grown, 0);
});

test('kernels share nothing', (t) => {
  const [one, other] = [startKernel(wordsKernel, 1), startKernel(wordsKernel, 1)];
  new Uint8Array(one.memory)[7] = 9;
  t.is(new Uint8Array(other.memory)[7], 0);
});

test("where a kernel can't start there is none, and words are read all the same", (t) => {
  t.is(tryKernel('6e6f742061206b65726e656c', 1), undefined);
  t.is(tryKernel(wordsKernel, 2 ** 40), undefined);
  // What is built, since what runs TypeScript needs WebAssembly itself.
  const script = `delete globalThis.WebAssembly;
    const { counts } = await import('./dist/index.js');
    const { RowView } = await import('./dist/entries/extend.js');
    const fitted = await counts((text) => text).fit(RowView.of(['two words', 'more words']));
    const { indices, values } = fitted.compute(RowView.of(['Words, words and two more']));
    process.stdout.write(JSON.stringify([[...indices], [...values]]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  t.is(stdout, '[[0,2,1],[2,1,1]]', stderr);
});
