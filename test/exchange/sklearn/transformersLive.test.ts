import fc from 'fast-check';
import { atLength } from '../../support/atLength.js';
import { runSklearn, sklearnTest } from '../../support/sklearn.js';
import { agrees, type TransformerCase } from './transformers.js';

/** Transformers with random options over random tables give what scikit-learn's own give, to the number. */

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`transformers give the numbers of the scikit-learn of ${variable}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
        const script = 'test/fixtures/sklearn/transformers/make.py';
        const lines = (await runSklearn(variable, script, `${seed}`, `${atLength(1, 20)}`))
          .trim()
          .split('\n');
        t.true(lines.length > 25, lines.at(-1));
        for (const line of lines) {
          const given: TransformerCase = JSON.parse(line);
          agrees(t, given);
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
}
