import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { usedMemory } from '../../../bench/harness/memory.js';
import { onnxMlp } from '../../../bench/peers/onnxMlp.js';
import { onnxModel } from '../../../entries/full.js';
import { define, dense, tune } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import type { ModelExecutor } from '../../../serve/executor.js';
import { InlineExecutor, WorkerPool } from '../../../serve/worker/index.js';
import { profileOf } from '../../support/agreement.js';
import { answerOf } from '../../support/answerOf.js';
import { atLength } from '../../support/atLength.js';
import { isHere } from '../../support/packages.js';
import { servingFolder, writeModel } from '../../support/servedModels.js';

/** Models of ONNX Runtime, loaded again and again as a repository does: the next one first, then the old one goes. */

/** 17 or 4 MB of weights: sessions that stay are seen beside heaps of threads that find their size. */
const WIDTHS = atLength([16, 2_048, 2_048, 3], [16, 1_024, 1_024, 3]);
const classes = ['a', 'b', 'c'] as const;
/** Heaps of threads have found their size after some thirty. */
const FIRST = atLength(10, 50);
const RELOADS = atLength(10, 100);
/** What sessions would take of which each stayed: float32 weights, biases apart. */
const OF_SESSIONS = 4 * RELOADS * (WIDTHS[0] * WIDTHS[1] + WIDTHS[1] * WIDTHS[2] + WIDTHS[2] * WIDTHS[3]);
const LAST = atLength(5, 15);

const live = isHere('onnxruntime-node') ? test.serial : test.serial.skip;
const left = '(left out without onnxruntime-node)';

async function onnxModels() {
  const folder = await servingFolder();
  await build({
    stdin: {
      contents: "export { onnxModel } from './lib/models/full/onnx/index.ts';",
      resolveDir: fileURLToPath(new URL('../../../', import.meta.url)),
    },
    outfile: join(folder.folder, 'full.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const network = join(folder.folder, 'network.onnx');
  await writeFile(network, onnxMlp(WIDTHS, 1));
  const full = await onnxModel(network, { classes, session: { intraOpNumThreads: 1 } });
  const drawn = random(1);
  const rows = Array.from({ length: 600 }, () => Array.from({ length: WIDTHS[0] }, () => drawn.normal()));
  const features = define({
    x: dense(WIDTHS[0], (all: readonly number[][]) => Float32Array.from(all.flat())),
  });
  const cascade = await tune({
    features,
    rows,
    full,
    profile: profileOf({ x: 1 }),
    bound: { epsilon: 0.2 },
    seed: 1,
  });
  const expected = await cascade.predict(rows);
  await full.close();
  const text = (version: number) => `// ${version}
import { define, dense } from '../../library.mjs';
import { onnxModel } from '../../full.mjs';
export default define({ x: dense(${WIDTHS[0]}, (rows) => Float32Array.from(rows.flat())) });
export const inputs = [{ name: 'x', datatype: 'FP32', shape: [-1, ${WIDTHS[0]}] }];
export const row = ({ x }, i) => Array.from(x.subarray(${WIDTHS[0]} * i, ${WIDTHS[0]} * (i + 1)));
export const full = await onnxModel(${JSON.stringify(network)}, {
  classes: ${JSON.stringify(classes)}, session: { intraOpNumThreads: 1 },
});`;
  const slice = (model: string) => ({
    model,
    mode: 0,
    rows: 64,
    inputs: {
      x: { elements: Float32Array.from(rows.slice(0, 64).flat()), rowShape: [WIDTHS[0]] },
    },
    scores: true,
  });
  /** Rows that take a while. */
  const many = (model: string) => ({
    ...slice(model),
    rows: 8_192,
    inputs: {
      x: {
        elements: Float32Array.from({ length: 8_192 * WIDTHS[0] }, () => drawn.normal()),
        rowShape: [WIDTHS[0]],
      },
    },
  });
  return { folder, cascade, expected, text, slice, many };
}

const models = isHere('onnxruntime-node') ? await onnxModels() : undefined;

for (const [name, executor] of [
  ['on threads', (program: URL) => new WorkerPool({ threads: 2, program })],
  ['on the caller’s thread', () => new InlineExecutor()],
] as [string, (program: URL) => ModelExecutor][]) {
  live(`memory stays while versions with an ONNX model replace each other ${name} ${left}`, async (t) => {
    if (models === undefined) return t.fail();
    const { folder, cascade, expected, text, slice } = models;
    const running = executor(folder.program);
    const wanted = expected.scores.subarray(0, 3 * 64);
    let key: string | undefined;
    let loads = 0;
    const reload = async () => {
      const files = await writeModel(folder, name, cascade, text(++loads));
      const next = `${name}#${loads}`;
      await running.load({ ...files, key: next });
      if (key !== undefined) await running.unload(key);
      key = next;
      t.deepEqual((await answerOf(running, slice(next))).scores, wanted);
    };
    /** The median after each of the last reloads: the allocator keeps now more, now less. */
    const octetsAfter = async (reloads: number) => {
      const octets: number[] = [];
      for (let i = 0; i < reloads; i++) {
        await reload();
        usedMemory();
        octets.push(process.memoryUsage.rss());
      }
      return median(octets.slice(-LAST));
    };
    const before = await octetsAfter(FIRST);
    const growth = (await octetsAfter(RELOADS)) - before;
    const [at, more, all] = [before, growth, OF_SESSIONS].map((octets) => Math.round(octets / 1e6));
    t.log(`${at} MB, ${more} more after ${RELOADS} reloads; sessions that stay would take ${all}`);
    // An allocator's own moods are some tens of MB; one session of four that stays is seen.
    t.true(growth <= OF_SESSIONS / 4);
    await running.close();
  });
}

live(`a thread that is ended while ONNX Runtime runs doesn’t take the process with it ${left}`, async (t) => {
  if (models === undefined) return t.fail();
  const { folder, cascade, text, many } = models;
  for (let i = 0; i < 3; i++) {
    const pool = new WorkerPool({ threads: 1, program: folder.program });
    const { key } = await pool.load(await writeModel(folder, 'ended', cascade, text(0)));
    const { answer, yielded } = pool.run(many(key));
    const failed = t.throwsAsync(answer, { message: /the server is closing/ });
    // It waits for ONNX Runtime, which is at work then.
    await yielded;
    await setTimeout(20);
    await pool.close();
    await failed;
  }
});
