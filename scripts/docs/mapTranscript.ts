import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../../lib/stats/index.js';
import { titleTable } from '../../test/llm/world.js';
import { LlmServer } from '../../test/support/llm/index.js';

/**
 * Prints what `spillway map` says of made-up titles, which docs/llm.md shows: the built command runs beside a server of
 * language models on this machine. `node --import=tsx scripts/docs/mapTranscript.ts [--rows 10000] [--flips 0.04] [-- OPTIONS]`:
 * `--flips` is the share of the model's answers that are another label; options of `map` stand after `--`.
 */

const { values, positionals } = parseArgs({
  options: { rows: { type: 'string', default: '10000' }, flips: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const KEY = 'sk-of-no-provider';
const labels = ['praise', 'complaint', 'question'];
const { rows, truth } = titleTable(Number(values.rows), 1);
const places = new Map(rows.map(({ title }, row) => [title, row]));

/** What the model says of a title: the same in each run, and by chance another label each time it is asked. */
function said(title: string, time: number): string {
  const usual = 'abc'.indexOf(truth[places.get(title) ?? 0]);
  const isOther = random(title).fork(`${time}`).uniform() < Number(values.flips);
  return labels[(usual + Number(isOther)) % labels.length];
}

const server = new LlmServer({
  speak: (messages, n) => said(messages.at(-1)?.content.trim() ?? '', n),
  key: KEY,
});
const url = await server.start();
const folder = await mkdtemp(join(tmpdir(), 'map-'));
await writeFile(join(folder, 'reviews.csv'), `text\n${rows.map(({ title }) => `${title}\n`).join('')}`);
await writeFile(
  join(folder, 'prompt.txt'),
  'You sort reviews of a shop. Answer with one word: praise, complaint or question.\n---\n{text}\n',
);
const command = [
  ...['map', 'reviews.csv', '--prompt', 'prompt.txt', '--labels', labels.join(',')],
  ...['--base-url', `${url}/v1`, '--model', 'gpt-4o-mini-2024-07-18', '--epsilon', '0.05'],
  ...[
    '--prices',
    'input=0.15,output=0.6,batch=0.5,currency=USD',
    '--max-price',
    '5',
    '--yes',
    ...positionals,
  ],
];
const binary = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const child = spawn(process.execPath, [binary, ...command], {
  cwd: folder,
  env: { ...process.env, OPENAI_API_KEY: KEY },
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
await server.stop();
await rm(folder, { recursive: true });
