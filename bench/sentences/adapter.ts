import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mail } from 'spillway/datasets';
import { type TransformersOptions, transformersModel } from 'spillway/full';
import { rowBlock } from '../../lib/data/blocks/index.js';
import { random } from '../../lib/stats/index.js';
import type { Size } from '../harness/harness.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { PYTHON } from '../peers/python.js';
import { loadTransformers, minilm, ONE_THREAD } from '../peers/transformers.js';
import { MAIL } from './pipelines.js';

/** A pipeline of text-classification as a full model, beside the pipeline itself. */
export interface Adapter {
  readonly rows: number;
  readonly batch: number;
  /** Our time over the pipeline's own, the median over rounds. */
  readonly ratio: number;
}

const BATCH = 32;
const SIZES: Record<Size, { readonly rows: number; readonly rounds: number }> = {
  full: { rows: 128, rounds: 5 },
  usual: { rows: BATCH, rounds: 3 },
  quick: { rows: BATCH, rounds: 1 },
};

/**
 * Times a pipeline of text-classification, and `transformersModel` of that very pipeline, batch by batch. The classifier is
 * MiniLM with a head of random weights: its answers mean nothing.
 *
 * @returns or why it can't be measured, in words
 */
export async function adapterCost(mails: readonly Mail[], size: Size): Promise<Adapter | string> {
  const folder = minilm();
  if (folder === undefined) return 'MINILM names no folder';
  const transformers = loadTransformers(folder);
  if (typeof transformers === 'string') return transformers;
  const scratch = await mkdtemp(join(tmpdir(), 'spillway-sentences-'));
  try {
    const classifier = join(scratch, 'classifier');
    const failure = await writeClassifier(classifier, folder);
    if (failure !== undefined) return failure;
    transformers.env.localModelPath = scratch;
    const classify = await transformers.pipeline('text-classification', basename(classifier), ONE_THREAD);
    if (typeof classify !== 'function') throw new TypeError('transformers.js made no pipeline');
    const texts = mails.slice(0, SIZES[size].rows).map(MAIL.text);
    const batches: string[][] = [];
    for (let from = 0; from < texts.length; from += BATCH) batches.push(texts.slice(from, from + BATCH));
    const options: TransformersOptions<string> = { fingerprint: 'random', batch: BATCH };
    const model = await transformersModel<string>(classify, options);
    const out = new Float64Array(BATCH * 2);
    const ofPipeline = async () => {
      for (const batch of batches) await classify(batch);
    };
    const ofModel = async () => {
      for (const batch of batches) await model.score([rowBlock(batch)], out.subarray(0, 2 * batch.length));
    };
    const [alone, ours] = await interleave([ofPipeline, ofModel], SIZES[size].rounds, size !== 'quick');
    return { rows: texts.length, batch: BATCH, ratio: medianRatio(ours, alone) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @returns why there is none, in words */
async function writeClassifier(to: string, encoder: string): Promise<string | undefined> {
  const draw = random(1).fork('head');
  const weights = ['ham', 'spam'].map(() => Array.from({ length: 384 }, () => draw.normal()));
  const head = `${to}.json`;
  await writeFile(head, JSON.stringify({ labels: ['ham', 'spam'], weights, intercepts: [0, 0] }));
  const script = fileURLToPath(new URL('../peers/minilm.py', import.meta.url));
  // Where `.ci/minilm` leaves what the script needs.
  const path = [join(dirname(encoder), 'python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  const { status, stderr } = spawnSync(PYTHON, [script, to, '--head', head], {
    env: { ...process.env, PYTHONPATH: path },
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `minilm.py can't write a classifier: ${stderr.trim().split('\n').at(-1)}`;
}
