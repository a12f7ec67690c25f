import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { binary } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { isHere } from '../support/packages.js';
import { pointsOf, tunePoints } from '../support/points.js';

/** The commands of the page on scale, as a shell runs them. Those whose program is missing are left out by name. */

const page = await readFile(new URL('../../docs/scale.md', import.meta.url), 'utf8');
const pipes = /\n## Pipes\n(.*?)(?=\n## |$)/s.exec(page)?.[1] ?? '';
const commands = [...pipes.matchAll(/^```sh\n(.*?)^```/gms)].map(([, command]) => command);

const rows = pointsOf(2_000, 3);
const model = tunePoints(1);

/** DuckDB's shell: its SQL, by its package for Node. */
const DUCKDB = `#!${process.execPath}
const { DuckDBInstance } = require('@duckdb/node-api');
DuckDBInstance.create().then((db) => db.connect()).then((db) => db.run(process.argv[3]));
`;

/** Runs the one command that has a word, beside a model and rows. @returns the records that it wrote, and its folder */
async function ran(t: ExecutionContext, word: string) {
  const [command, ...others] = commands.filter((text) => text.includes(word));
  t.deepEqual(others, []);
  const folder = await folderFor(t);
  const bin = join(folder, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  await symlink(binary, join(bin, 'spillway'));
  await writeFile(join(bin, 'duckdb.cjs'), DUCKDB);
  await chmod(join(bin, 'duckdb.cjs'), 0o755);
  await symlink(join(bin, 'duckdb.cjs'), join(bin, 'duckdb'));
  await mkdir(join(folder, 'models/points/1'), { recursive: true });
  await (await model).save(join(folder, 'models/points/1/model.cascade'), { reference: 'rows' });
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'rows.jsonl'), lines);
  await writeFile(join(folder, 'rows.jsonl.gz'), gzipSync(lines));
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
  const shell = (text: string) =>
    promisify(execFile)('bash', ['-euo', 'pipefail', '-c', text], { cwd: folder, env });
  if (word === 'duckdb') await shell(`duckdb -c "COPY (FROM 'rows.jsonl') TO 'rows.parquet'"`);
  await shell(command);
  const written = await readFile(join(folder, 'answers.jsonl'), 'utf8');
  return {
    folder,
    records: written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

const needs = (isThere: boolean) => (isThere ? test : test.skip);

async function expected() {
  const cascade = await model;
  const { labels, exits } = await cascade.predict(rows);
  return rows.map(({ id }, i) => ({
    id,
    label: labels[i],
    stage: exits[i],
    verdict: cascade.certificate.verdict,
  }));
}

test('a shell pipes JSON lines through the filter', async (t) => {
  const { records } = await ran(t, 'gzip');
  t.deepEqual(records, await expected());
});

needs(spawnSync('parallel', ['--version']).status === 0)(
  'GNU parallel runs filters side by side, in order',
  async (t) => {
    const { records } = await ran(t, 'parallel');
    t.deepEqual(records, await expected());
  },
);

needs(isHere('@duckdb/node-api'))('DuckDB writes rows and reads answers', async (t) => {
  const { folder, records } = await ran(t, 'duckdb');
  const all = await expected();
  const kept = rows.flatMap((row, i) => (row.x > 0 ? [{ ...row, ...all[i] }] : []));
  t.deepEqual(records, kept);
  const count = (label: string) => kept.filter((row) => row.label === label).length;
  const counts = await readFile(join(folder, 'counts.csv'), 'utf8');
  t.is(counts, `label,n\nno,${count('no')}\nyes,${count('yes')}\n`);
});
