import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { build } from 'esbuild';
import { PackageConflict } from '../../../lib/errors.js';
import { checkThread, isForThreads } from '../../../lib/util/onnxThreads.js';

test('releases from 1.27 on are for threads', (t) => {
  for (const version of ['1.27.0', '1.30.0', '1.31.0-dev.20260914', '2.0.0'])
    t.true(isForThreads(version), version);
  for (const version of ['1.26.3', '1.22.0', '1.9.0', '0.30.0']) t.false(isForThreads(version), version);
});

test('an older one is refused on a worker thread alone', (t) => {
  t.notThrows(() => checkThread('1.22.0', false));
  t.notThrows(() => checkThread('1.27.0', true));
  t.notThrows(() => checkThread(undefined, true));
  const error = t.throws(() => checkThread('1.22.0', true), { instanceOf: PackageConflict });
  t.regex(
    error.message,
    /^onnxruntime-node 1\.22\.0 can't be used on a worker thread: .*Install 1\.27 or later/s,
  );
});

test('on a worker thread onnxModel refuses an older package before that is loaded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-onnx-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = join(folder, 'node_modules', 'onnxruntime-node');
  await mkdir(at, { recursive: true });
  const manifest = { name: 'onnxruntime-node', version: '1.22.0', main: 'index.js' };
  await writeFile(join(at, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(at, 'index.js'), 'process.abort();');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../lib/models/full/onnx/index.ts', import.meta.url))],
    outfile: join(folder, 'library.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { parentPort } from 'node:worker_threads';
     import { onnxModel } from './library.mjs';
     await onnxModel(new Uint8Array(1)).catch(({ code, message }) => parentPort.postMessage({ code, message }));`,
  );
  const [{ code, message }] = await once(new Worker(program), 'message');
  t.is(code, 'PACKAGE_CONFLICT');
  t.regex(message, /onnxruntime-node 1\.22\.0 can't be used on a worker thread/);
});
