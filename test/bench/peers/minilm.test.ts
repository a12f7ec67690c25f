import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { PYTHON } from '../../../bench/peers/python.js';
import { folderFor } from '../../support/files.js';
import { isMiniLMHere, MINILM, MINILM_PYTHON, miniLM } from '../../support/minilm.js';

const run = promisify(execFile);
const script = new URL('../../../bench/peers/minilm.py', import.meta.url).pathname;
const first2 = join(dirname(MINILM ?? ''), 'MiniLM2');
const isHere = isMiniLMHere && existsSync(MINILM_PYTHON) && existsSync(first2);
const live = isHere ? test : test.skip;
const left = '(left out without MINILM, MiniLM2 and python beside it, and @huggingface/transformers)';

const make = (...options: string[]) =>
  run(PYTHON, [script, ...options], { env: { ...process.env, PYTHONPATH: MINILM_PYTHON } });

live(`a head on the first two layers is a classifier of the vectors of these layers ${left}`, async (t) => {
  const sentence = 'That is a happy person';
  const encoder = await miniLM('feature-extraction', first2);
  const { data } = await encoder(sentence, { pooling: 'mean', normalize: true });
  const folder = await folderFor(t);
  const head = join(folder, 'head.json');
  const weights = [[...data], Array.from(data, (value) => -value)];
  await writeFile(head, JSON.stringify({ labels: ['like it', 'unlike it'], weights, intercepts: [0, 0.5] }));
  const made = join(folder, 'headed');
  await make(made, '--layers', '2', '--head', head);
  const classifier = await miniLM('text-classification', made);
  // Logits of 1 and -1 + 0.5.
  const expected = 1 / (1 + Math.exp(-1.5));
  const [{ label, score }] = (await classifier([sentence])) as unknown as { label: string; score: number }[];
  t.is(label, 'like it');
  t.true(Math.abs(score - expected) < 1e-5, `${score}`);
  const config: unknown = JSON.parse(await readFile(join(made, 'config.json'), 'utf8'));
  t.like(config, { num_hidden_layers: 2, id2label: { 0: 'like it', 1: 'unlike it' } });
});

live(`layers and heads that cannot be are refused before anything is written ${left}`, async (t) => {
  const folder = await folderFor(t);
  const made = join(folder, 'made');
  await t.throwsAsync(make(made, '--layers', '7'), { message: /--layers: expected 1 to 6, got 7/ });
  const head = join(folder, 'head.json');
  await writeFile(head, JSON.stringify({ labels: ['a', 'b'], weights: [[1, 2]], intercepts: [0, 0] }));
  await t.throwsAsync(make(made, '--head', head), {
    message: /the head has weights of \(1, 2\) and intercepts of \(2,\); expected \(2, 384\) and \(2,\)/,
  });
  t.false(existsSync(made));
});
