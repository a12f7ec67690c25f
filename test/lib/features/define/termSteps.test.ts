import test from 'ava';
import fc from 'fast-check';
import { type FeatureStep, type FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import { atLength } from '../../../support/atLength.js';
import { fitOn, textTfidf } from '../../../support/features.js';
import { anyTermOptions, anyText } from '../../../support/plainTerms.js';

type Block = Awaited<ReturnType<FittedFeature<string>['compute']>>;

function plain(block: Block) {
  if (block.kind !== 'sparse') throw new TypeError('terms are sparse');
  const { rows, columns, offsets, indices, values } = block;
  return { rows, columns, offsets: [...offsets], indices: [...indices], values: [...values] };
}

function stepsOf(fitted: FittedFeature<string>, at: readonly string[]): readonly FeatureStep<string>[] {
  const steps = fitted.fidelities?.inSteps(at);
  if (steps === undefined) throw new TypeError('terms have fidelities');
  return steps;
}

/** Texts of several lengths, so that some are cut and others aren't. */
const longText = fc.array(anyText, { maxLength: 4 }).map((texts) => texts.join(''));
const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 3 });

test('the last step has the block of the feature alone, bit for bit, wherever texts are cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(longText, { minLength: 1, maxLength: 6 }),
      anyTermOptions,
      cuts,
      fc.constantFrom('', 'line', 'sentence'),
      fc.infiniteStream(fc.boolean()),
      async (texts, options, lengths, first, coin) => {
        const whole = await fitOn(textTfidf(options), texts);
        const sorted = lengths.sort((a, b) => a - b);
        const at = sorted.map((length, i) => (i === 0 ? `${first}${length}` : `${length}`));
        const steps = stepsOf(whole, at);
        // Fewer rows go on from step to step.
        let view = RowView.of(texts);
        for (const [k, { fitted }] of steps.entries()) {
          const block = plain(await fitted.compute(view));
          // A step alone, over a batch of its own, has the same block.
          const alone = stepsOf(whole, at)[k].fitted;
          const rows = view.rows();
          t.deepEqual(block, plain(await alone.compute(RowView.of(rows))));
          if (k === at.length) t.deepEqual(block, plain(await whole.compute(RowView.of(rows))));
          const on = Array.from({ length: view.length }, (_, i) => view.at(i)).filter(
            () => coin.next().value,
          );
          view = view.select(Int32Array.from(on));
        }
      },
    ),
    { numRuns: atLength(100, 3000) },
  );
});
