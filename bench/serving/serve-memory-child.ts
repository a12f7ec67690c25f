import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Cascade } from 'spillway';
import { WorkerPool } from '../../serve/worker/index.js';

/**
 * A process whose memory is measured: `shared`, a pool that serves all pipelines; or `naive`, each
 * loaded by `Cascade.load`. A line on stdin asks again how much, and a
 * second one ends it.
 */
const [kind, spillway, program, textsFile, ...folders] = process.argv.slice(2);
const texts: readonly string[] = JSON.parse(readFileSync(textsFile, 'utf8'));
const ROWS = 8;
const rowsOf = (i: number) => Array.from({ length: ROWS }, (_, r) => texts[(i * ROWS + r) % texts.length]);

/** Octets of this process's share of memory: what it has with others is divided among them. */
function pss(): number {
  const found = /^Pss: +(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'));
  return 1024 * Number(found?.[1]);
}

const report = kind === 'shared' ? await shared() : await naive();
process.stdout.write(`${JSON.stringify({ ...report, after: pss() })}\n`);
let lines = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  if (++lines > 1) break;
  process.stdout.write(`${JSON.stringify({ together: pss() })}\n`);
}
process.exit(0);

async function shared() {
  const pool = new WorkerPool({ threads: 1, program: pathToFileURL(program) });
  // The thread's code is there once it has refused something.
  await pool
    .load({ key: 'none', artifact: join(folders[0], 'none'), features: join(folders[0], 'features.js') })
    .catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = pss();
  const begun = performance.now();
  const held = new Map<string, number>();
  const total = { octets: 0 };
  for (const [i, folder] of folders.entries()) {
    const model = await pool.load({
      key: String(i),
      artifact: join(folder, 'model.cascade'),
      features: join(folder, 'features.js'),
    });
    for (const { digest, octets } of model.held) {
      held.set(digest, octets);
      total.octets += octets;
    }
  }
  const loadMs = performance.now() - begun;
  const encoder = new TextEncoder();
  const firstMs: number[] = [];
  for (const i of folders.keys()) {
    const elements = rowsOf(i).map((text) => encoder.encode(text));
    const start = performance.now();
    await pool.run({
      model: String(i),
      mode: 0,
      rows: ROWS,
      inputs: { text: { elements, rowShape: [] } },
      scores: true,
    }).answer;
    firstMs.push(performance.now() - start);
  }
  return {
    before,
    loadMs,
    held: [...held.values()].reduce((sum, octets) => sum + octets, 0),
    total: total.octets,
    firstMs,
  };
}

async function naive() {
  const before = pss();
  const library: { Cascade: typeof Cascade } = await import(spillway);
  const begun = performance.now();
  const cascades: Cascade<{ text: string }>[] = [];
  for (const folder of folders) {
    const module = await import(pathToFileURL(join(folder, 'features.js')).href);
    const cascade = await library.Cascade.load<{ text: string }>(join(folder, 'model.cascade'), {
      features: module.default,
    });
    await cascade.warm();
    cascades.push(cascade);
  }
  const loadMs = performance.now() - begun;
  const firstMs: number[] = [];
  for (const [i, cascade] of cascades.entries()) {
    const start = performance.now();
    await cascade.predict(rowsOf(i).map((text) => ({ text })));
    firstMs.push(performance.now() - start);
  }
  return { before, loadMs, held: 0, total: 0, firstMs };
}
