import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { ArtifactError } from '../../../../lib/errors.js';
import { type FitUnit, openCheckpoint, openFits } from '../../../../lib/learn/fits/index.js';
import {
  gradientBoosting,
  logisticRegression,
  ridgeRegression,
} from '../../../../lib/learn/learners/index.js';
import { random } from '../../../../lib/stats/index.js';
import type { State } from '../../../../lib/util/state.js';
import { folderFor } from '../../../support/files.js';

const ROWS = 40;
const draw = random(1);
const block = denseBlock(
  ROWS,
  2,
  Float32Array.from({ length: 2 * ROWS }, () => draw.normal()),
);
const rows = Int32Array.from({ length: ROWS }, (_, row) => row);

function unitOf(changes: Partial<FitUnit> = {}): FitUnit {
  return {
    learner: logisticRegression({ l2: 1 }),
    features: ['a'],
    blocks: [{ block }],
    targets: { truth: Float64Array.from(rows, (row) => row % 2), width: 2 },
    rows,
    seed: 1,
    score: { blocks: [{ block }], rounds: [null] },
    keeps: true,
    ...changes,
  };
}

const job = { rows: 'rows', options: 'options' };
const timer = { now: () => 0 };

/** Does a unit with a checkpoint, whose records are changed and sealed anew before the unit is done again. */
async function resealed(path: string, unit: FitUnit, change: (state: State) => State) {
  const begun = await openCheckpoint(path, job, timer);
  const first = await openFits({ checkpoint: begun }).run(unit);
  await begun.close();
  const bytes = await readFile(path);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const state = decode(Uint8Array.from(bytes.subarray(at + 8, at + 8 + length)));
    const sealed = encode(at === 0 ? state : change(state));
    const head = new Uint8Array(8);
    new DataView(head.buffer).setBigUint64(0, BigInt(sealed.length), true);
    parts.push(head, sealed);
    at += 8 + length;
  }
  await writeFile(path, Buffer.concat(parts));
  const checkpoint = await openCheckpoint(path, job, timer);
  try {
    return { first, again: await openFits({ checkpoint }).run(unit) };
  } finally {
    await checkpoint.close();
  }
}

const scoresBy =
  (change: (scores: Float64Array) => Float64Array) =>
  ({ json, tensors }: State): State => {
    const scores = tensors['scores 0'];
    if (!(scores instanceof Float64Array)) throw new TypeError('no scores');
    return { json, tensors: { ...tensors, 'scores 0': change(scores) } };
  };
const jsonBy =
  (changes: object) =>
  ({ json, tensors }: State): State => ({ json: { ...Object(json), ...changes }, tensors });

const classes = unitOf();
const numbers = unitOf({
  learner: ridgeRegression({ l2: 1 }),
  targets: { truth: Float64Array.from(rows, (row) => row), width: 1 },
});

for (const [what, unit] of [
  ['classes', classes],
  ['numbers', numbers],
  ['trees', unitOf({ learner: gradientBoosting({ rounds: 2, maxLeaves: 2 }) })],
  ['scores alone', unitOf({ keeps: false })],
  ['a model alone', unitOf({ score: undefined })],
] as const)
  test(`a result that was kept is found as it was: ${what}`, async (t) => {
    const { first, again } = await resealed(join(await folderFor(t), 'fits'), unit, (state) => state);
    t.deepEqual(again.scores, first.scores);
    t.deepEqual(again.model?.state, first.model?.state);
  });

const odd: [what: string, unit: FitUnit, change: (state: State) => State][] = [
  ['a thousand million scores', classes, jsonBy({ scores: 1e9 })],
  ['no scores', classes, ({ json, tensors: { 'scores 0': _, ...tensors } }) => ({ json, tensors })],
  ['scores of fewer rows', classes, scoresBy((scores) => scores.slice(2))],
  ['scores that are no numbers', classes, scoresBy((scores) => scores.fill(Number.NaN, 4, 6))],
  ['scores beyond 1', classes, scoresBy((scores) => scores.fill(1e9, 4, 6))],
  ['scores below 0', classes, scoresBy((scores) => scores.with(4, -0.5).with(5, 1.5))],
  ['infinite numbers', numbers, scoresBy((scores) => scores.fill(Number.POSITIVE_INFINITY, 4, 5))],
  ['no model', classes, jsonBy({ state: null })],
  ['a model that is none', classes, jsonBy({ state: { of: 'none' } })],
];
for (const [what, unit, change] of odd)
  test(`refused: a record that was sealed anew with ${what}`, async (t) => {
    const path = join(await folderFor(t), 'fits');
    const error = await t.throwsAsync(resealed(path, unit, change), { instanceOf: ArtifactError });
    t.is(error.reason, 'damaged');
    t.regex(error.message, /^the checkpoint '.*' can't be gone on from, since .*: delete it, and the run/);
  });
