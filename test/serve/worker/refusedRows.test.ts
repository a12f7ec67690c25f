import { rm } from 'node:fs/promises';
import test from 'ava';
import { define, dense, logisticRegression, tune } from '../../../index.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { random } from '../../../lib/stats/index.js';
import { RefusedRows, type Slice } from '../../../serve/executor.js';
import { InlineExecutor } from '../../../serve/worker/index.js';
import { profileOf } from '../../support/agreement.js';
import { answerOf } from '../../support/answerOf.js';
import { servingFolder, writeModel } from '../../support/servedModels.js';

/** One client's numbers that no feature can hold: it is refused, and what others are answered keeps its promise. */

interface Point {
  readonly near: number;
  readonly far: number;
}

const folder = await servingFolder();
const draw = random(1);
const points = Array.from({ length: 1_000 }, (): Point => {
  const far = 4 * draw.uniform() - 2;
  return { near: far + 0.2 * draw.uniform(), far };
});
const cascade = await tune({
  features: define({
    near: dense(1, (rows: readonly Point[]) => Float32Array.from(rows, ({ near }) => near)),
    far: dense(1, (rows: readonly Point[]) => Float32Array.from(rows, ({ far }) => far)),
  }),
  rows: points,
  labels: points.map(({ far }) => far > 0),
  full: logisticRegression(),
  approximate: [logisticRegression()],
  profile: profileOf({ near: 1, far: 1_000 }),
  split: { folds: 2 },
  bound: { loss: 'disagreement', epsilon: 0.1 },
});
const { exits } = await cascade.predict(points);
test.after.always(() => rm(folder.folder, { recursive: true }));

const easy = points[exits.indexOf(0)];

const features = `import { define, dense } from '../../library.mjs';
export default define({
  near: dense(1, (rows) => Float32Array.from(rows, ({ near }) => near)),
  far: dense(1, (rows) => Float32Array.from(rows, ({ far }) => far)),
});
export const inputs = { near: 'FP64', far: 'FP64' };
export const row = ({ near, far }, i) => ({ near: near[i], far: far[i] });`;

const slice = (model: string, rows: readonly Point[], more: Partial<Slice> = {}): Slice => ({
  model,
  mode: 0,
  rows: rows.length,
  inputs: {
    near: { elements: Float64Array.from(rows, ({ near }) => near), rowShape: [] },
    far: { elements: Float64Array.from(rows, ({ far }) => far), rowShape: [] },
  },
  scores: false,
  ...more,
});

for (const kept of ['rows', 'values'] as const) {
  test(`NaN and 1e300 are refused, and begin no spell: a file with ${kept}`, async (t) => {
    t.is(cascade.certificate.verdict, 'certified');
    const inline = new InlineExecutor();
    t.teardown(() => inline.close());
    const save = (path: string) => cascade.save(path, { reference: kept });
    const { key, unchecked } = await inline.load(
      await writeModel(folder, `points ${kept}`, { save }, features),
    );
    t.is(unchecked, kept === 'values' ? true : undefined, 'whether there was something to compare');
    const verdictOf = async () => (await answerOf(inline, slice(key, [easy]))).verdict;
    t.is(await verdictOf(), 'certified');
    for (const far of [Number.NaN, 1e300, Number.NEGATIVE_INFINITY]) {
      const error = await t.throwsAsync(
        answerOf(inline, slice(key, [easy, { ...easy, far }], { firstRow: 10 })),
        { instanceOf: RequestError, message: /^feature 'far', row 11: .*column 0 is / },
      );
      t.true(error instanceof RefusedRows);
      t.is(error.reason, 'invalid');
      t.is(await verdictOf(), 'certified');
      await t.throwsAsync(answerOf(inline, slice(key, [{ ...easy, far }])), {
        message: /^feature 'far', row 0: /,
      });
      t.is(await verdictOf(), 'certified');
    }
  });
}
