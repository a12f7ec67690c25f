import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type CertifiedBatchOptions, openCertifiedBatch } from '../../../batch/certified/index.js';
import type { BatchModel } from '../../../batch/model/index.js';
import { inputsOf } from '../../../batch/units/index.js';
import { batchStepsOf } from '../../../cascades/internal.js';
import { agreementWorld } from '../../../datasets/index.js';
import { Cascade, define, dense, tune } from '../../../index.js';
import { sigmoidLearner, worldsFull, worldsProfile } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** A cascade and a batch in files, for tests of its phases. */

const column = (name: string) =>
  dense(1, (rows: readonly unknown[]) =>
    Float32Array.from(rows, (row) => Number(Reflect.get(Object(row), name))),
  );
const features = define<unknown, 'cheap' | 'costly'>({ cheap: column('cheap'), costly: column('costly') });
export const made = await tune({
  features,
  rows: agreementWorld({ rows: 3_000, seed: 1 }).rows,
  full: worldsFull,
  approximate: sigmoidLearner,
  profile: worldsProfile,
  bound: { epsilon: 0.02 },
});
export const rows = agreementWorld({ rows: 2_000, seed: 77 }).rows.map((row, id) => ({ ...row, id }));
export const claim = { epsilon: 0.02, seed: 'secret' };
export const whole = { index: 0, of: 1 };

/** A model over the made cascade, whose full model is watched. */
export async function modelIn(
  t: ExecutionContext,
  onAsked: (rows: number) => void = () => {},
): Promise<BatchModel> {
  const path = join(await folderFor(t), 'a.cascade');
  await made.save(path, { evidence: true });
  const full: typeof worldsFull = {
    ...worldsFull,
    score(blocks, out) {
      onAsked(blocks[0].rows);
      return worldsFull.score(blocks, out);
    },
  };
  const cascade: Cascade<unknown> = await Cascade.load<unknown>(path, {
    features,
    full,
    learners: [sigmoidLearner],
  });
  const refuse = () => {
    throw new Error('no part of this');
  };
  return {
    identity: { artifact: 'a', features: 'f', spillway: '1', engine: 'e' },
    certificate: cascade.certificate,
    isUnchecked: false,
    classes: cascade.plan.classes,
    stages: cascade.plan.stages.length,
    columns: [],
    inFlight: 1,
    rows: (given) => given,
    predict: refuse,
    steps: () => batchStepsOf(cascade),
    close: refuse,
  };
}

/** The rows in so many files of JSON lines. */
export async function inputsIn(t: ExecutionContext, files: number): Promise<string> {
  const folder = join(await folderFor(t), 'in');
  await mkdir(folder);
  const bound = (p: number) => Math.round((p * rows.length) / files);
  for (let p = 0; p < files; p++) {
    const lines = rows.slice(bound(p), bound(p + 1)).map((row) => `${JSON.stringify(row)}\n`);
    await writeFile(join(folder, `part-${p}.jsonl`), lines.join(''));
  }
  return folder;
}

export async function opened(
  model: BatchModel,
  input: string,
  out: string,
  options: Partial<CertifiedBatchOptions> = {},
) {
  return openCertifiedBatch(out, model, await inputsOf([input]), { ...claim, key: 'id', ...options });
}

export type Batch = Awaited<ReturnType<typeof opened>>;
