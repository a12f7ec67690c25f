import test from 'ava';
import { checkServed, versionsOf } from '../../../../cascades/training/fidelities/index.js';
import { UnstableFeature } from '../../../../index.js';
import { Rows } from '../../../../lib/data/rows/index.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { computeAll, runAsync } from '../../../../lib/run/runtime/index.js';
import { fitOn } from '../../../support/features.js';
import { letterFeatures, letters } from '../../../support/letters.js';

for (const fault of ['few', undefined] as const) {
  test(`a version that is served without another is compared with itself as tuned (${fault})`, async (t) => {
    const rows = letters(40);
    const features = letterFeatures({ ...(fault && { fault }) });
    const fitted = [{ name: 'words', fitted: await fitOn(features.get('words'), rows) }];
    const words = { names: ['words'], get: features.get };
    const { stepped } = versionsOf(words, fitted, { words: ['6', '18'] });
    const blocks = await runAsync(computeAll(stepped, RowView.of(rows), { origin: (row) => row }));
    const blockOf = (name: string) => blocks[stepped.findIndex((step) => step.name === name)];
    const served = versionsOf(words, fitted, { words: ['6'] });
    const check = () => checkServed(served, blockOf, Rows.of(rows), {});
    if (fault === undefined) return await t.notThrowsAsync(check);
    const error = await t.throwsAsync(check, { instanceOf: UnstableFeature });
    t.is(error.feature, 'words@6');
    t.regex(error.message, /as tuned.*as served.*fidelities: false/s);
  });
}
