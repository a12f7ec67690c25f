import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { below, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave } from '../harness/measure.js';

/** The cost of importing the package: time beside that of Node itself, and bytes for a browser. */
export const startup: Workload = { run };

const ROUNDS = 41;
const ENTRIES = ['spillway/runtime', 'spillway'] as const;

async function run({ quick, log }: RunOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-startup-'));
  try {
    const sources = ['', ...ENTRIES.map((entry) => `import '${import.meta.resolve(entry)}';\n`)];
    const files = sources.map((_, i) => join(folder, `${i}.mjs`));
    for (const [i, file] of files.entries()) await writeFile(file, sources[i]);
    const started = promisify(execFile);
    const rounds = quick ? 3 : ROUNDS;
    log(`${rounds} starts of Node with nothing to do, and with each of ${ENTRIES.join(', ')} to import`);
    const [bare, ...imports] = await interleave(
      files.map((file) => () => started(process.execPath, [file])),
      rounds,
    );
    const bareMs = median(bare);
    const entries = ENTRIES.map((entry, e) => ({
      entry,
      addedMs: median(imports[e].map((time, round) => time - bare[round])),
      share: median(imports[e].map((time, round) => time / bare[round] - 1)),
    }));
    const gzipped = await bundled('spillway/runtime');
    const checks = [
      below(`${ENTRIES[0]}: import time, as a share of Node's own start`, entries[0].share, 0.5),
      below(`${ENTRIES[0]}: kilobytes bundled with all that it needs, gzipped`, gzipped / 1000, 30),
    ];
    const json = {
      workload: 'startup',
      quick,
      machine: machine(),
      versions: versions(),
      bareMs,
      entries,
      gzipped,
      checks,
    };
    const table = columns([
      ['', 'milliseconds', 'of Node’s own'],
      ['node alone', bareMs.toFixed(1), ''],
      ...entries.map(({ entry, addedMs, share }) => [
        entry,
        `+ ${addedMs.toFixed(1)}`,
        `${(100 * share).toFixed(0)} %`,
      ]),
    ]);
    return { json, table };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Bytes of an entry as one minified file, gzipped. */
async function bundled(entry: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve(entry))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
