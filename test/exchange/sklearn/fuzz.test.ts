import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { rowsOf, type WrittenRows } from '../../../bench/pipelines/rows.js';
import { sklearnPipeline } from '../../../exchange/index.js';
import {
  labelsOf,
  pipelineAnswers,
  runSklearn,
  type SklearnVariable,
  sklearnTest,
} from '../../support/sklearn.js';

/** Random steps with random options, fitted by scikit-learn: what it answers is what we answer. */

interface Drawn {
  readonly seed: number;
  readonly pipeline: string;
  readonly rows: WrittenRows;
  /** Why the pipeline can't be read: none of these is to be refused. */
  readonly refused?: string;
  /** Rows x outputs; null for a classifier that gives labels alone. */
  readonly answers: readonly (readonly number[])[] | null;
  readonly labels?: readonly (string | number | boolean)[];
}

/** A run of Python takes seconds before it has made one. */
const TOGETHER = process.env.FUZZ_SEED === undefined ? 6 : 40;

/** @returns the first pipeline that is answered differently, in words */
async function firstFault(t: ExecutionContext, variable: SklearnVariable, first: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-fuzz-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await runSklearn(variable, 'bench/peers/pipelines/fuzz.py', folder, `${first}`, `${TOGETHER}`);
  for (let seed = first; seed < first + TOGETHER; seed++) {
    const drawn: Drawn = JSON.parse(await readFile(join(folder, `${seed}.json`), 'utf8'));
    const fault = drawn.refused ?? (await faultOf(join(folder, `${seed}.pipeline`), drawn));
    if (fault !== undefined) return `seed ${seed} of ${variable}: ${fault}\n${drawn.pipeline}`;
  }
  return '';
}

async function faultOf(file: string, { rows: written, answers, labels }: Drawn): Promise<string | undefined> {
  const pipeline = sklearnPipeline(file);
  const rows = rowsOf(written);
  const own = await pipelineAnswers(pipeline, rows);
  const given = labelsOf(pipeline, own);
  const width = own.length / rows.length;
  for (let row = 0; row < rows.length; row++) {
    const mine = own.subarray(row * width, (row + 1) * width);
    const theirs = answers?.[row] ?? [];
    if (theirs.some((answer, at) => !(Math.abs(answer - mine[at]) <= 1e-6 * Math.max(1, Math.abs(answer)))))
      return `row ${row}: ${mine.join(', ')} for ${theirs.join(', ')} (${JSON.stringify(rows[row])})`;
    if (labels !== undefined && given[row] !== labels[row])
      return `row ${row}: ${given[row]} for ${labels[row]} by ${mine.join(', ')}`;
  }
  return undefined;
}

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`random pipelines answer as the scikit-learn of ${variable} does`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (first) => {
        t.is(await firstFault(t, variable, first), '');
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
}
