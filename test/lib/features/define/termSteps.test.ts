import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { OptionError } from '../../../../lib/errors.js';
import {
  type FeatureStep,
  type FittedFeature,
  RowView,
  type TfidfOptions,
} from '../../../../lib/features/define/index.js';
import { TermPart } from '../../../../lib/features/define/termParts.js';
import { beginning } from '../../../../lib/features/define/termVersions.js';
import { Grams, hashing } from '../../../../lib/features/define/text/grams.js';
import { atLength } from '../../../support/atLength.js';
import { table } from '../../../support/blocks.js';
import { fitOn, textTfidf } from '../../../support/features.js';
import { anyTermOptions, anyText, columnTerms } from '../../../support/plainTerms.js';

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

/** What a version at these names reads of texts: the feature over the same, given by hand. */
async function reads(
  t: ExecutionContext,
  options: TfidfOptions,
  at: string,
  texts: readonly string[],
  cut: readonly string[],
): Promise<void> {
  const whole = await fitOn(textTfidf(options), texts);
  const [{ fitted }] = stepsOf(whole, [at]);
  const [own, expected] = [await fitted.compute(RowView.of(texts)), await whole.compute(RowView.of(cut))];
  t.deepEqual(plain(own), plain(expected), at);
}

const MAIL = 'Dear Ms. Sigma,\nthe invoice is late. Pay it; today!\n\nThanks\nAnna';

test('a version is the feature over a part of the text', async (t) => {
  const words = { ngrams: [1, 2] } as const;
  // Cut where a word ends: after the blank, or the sign.
  await reads(t, words, '12', [MAIL], ['Dear Ms. ']);
  await reads(t, words, '44', [MAIL], ['Dear Ms. Sigma,\nthe invoice is late. Pay it;']);
  await reads(
    t,
    words,
    'line30',
    [`\n${MAIL}`, MAIL, 'one'],
    ['\nDear Ms. Sigma,\n', 'Dear Ms. Sigma,\n', 'one'],
  );
  await reads(t, words, 'line9', [MAIL], ['Dear Ms. ']);
  await reads(t, words, 'sentence60', [MAIL, '你好。再见。'], ['Dear Ms. ', '你好。']);
  await reads(t, words, 'end12', [MAIL, 'short'], ['\nThanks\nAnna', 'short']);
  await reads(t, words, 'end9', [MAIL], ['Anna']);
  // A full stop may stand within a word, which decides how a sigma is written.
  await reads(t, { analyzer: 'char', ngrams: [2, 3] }, '7', [MAIL], ['Dear M']);
  await reads(t, { analyzer: 'char_wb', ngrams: [2, 3] }, '7', [MAIL], ['Dear ']);
});

test('texts without a place to cut, of one character, and empty ones', async (t) => {
  const word = 'a'.repeat(500);
  const texts = [word, '中'.repeat(500), '', 'x', '😀', '\ud83d', 'é'.repeat(100)];
  for (const analyzer of ['word', 'char', 'char_wb'] as const) {
    // A pair isn't cut: the version has one unit fewer.
    await reads(
      t,
      { analyzer, ngrams: [1, 2] },
      '99',
      ['😀'.repeat(60), ...texts],
      ['😀'.repeat(49), 'a'.repeat(99), '中'.repeat(99), ...texts.slice(2, 6), 'é'.repeat(99)],
    );
    await reads(t, { analyzer }, '1', ['😀', ...texts.slice(2, 6)], ['', '', 'x', '', '\ud83d']);
    const whole = await fitOn(textTfidf({ analyzer, ngrams: [1, 3] }), texts);
    const view = RowView.of(texts);
    for (const { fitted } of stepsOf(whole, ['1', '99', '300'])) await fitted.compute(view);
    const last = stepsOf(whole, ['1', '99', '300'])[3].fitted;
    t.deepEqual(plain(await last.compute(view)), plain(await whole.compute(view)));
  }
});

test('n-grams of fewer words, and of shorter ones', async (t) => {
  const texts = ['red red blue', 'blue green'];
  for (const analyzer of ['word', 'char'] as const) {
    const whole = await fitOn(textTfidf({ analyzer, ngrams: [1, 3], norm: 'none' }), texts);
    const [low, last] = stepsOf(whole, ['1-2']).map(({ fitted }) => fitted);
    const [part, all] = [await low.compute(RowView.of(texts)), await last.compute(RowView.of(texts))];
    // Terms of three are missing, and all others have their values.
    const long = columnTerms(whole).map(
      (term) => (analyzer === 'word' ? term.split(' ') : [...term]).length > 2,
    );
    t.true(long.includes(true) && long.includes(false));
    t.deepEqual(
      table(part),
      table(all).map((row) => row.map((value, column) => (long[column] ? 0 : value))),
    );
  }
});

test('what is read of a text once is of use: only its rest is left', (t) => {
  const grams = new Grams({ analyzer: 'char', ngrams: [1, 3] }, hashing(64));
  const rows = ['abc def ghi jkl', 'short'];
  const part = new TermPart<string>(
    '9',
    undefined,
    (view) => view.rows(),
    grams,
    (text) => beginning(text, { kind: 'start', most: 9 }, grams.splits),
  );
  const view = RowView.of(rows);
  part.read(view.select(Int32Array.of(0)));
  const found = part.of(rows);
  t.deepEqual([...found.unknown(view)], [1]);
  part.read(view);
  // Two characters of those before begin n-grams that go on; the other text is done.
  t.deepEqual([found.rest(0, rows[0]), found.rest(1, rows[1])], [' ghi jkl', '']);
  t.is(part.read(view)[1], 5 + 4 + 3);
});

test('a word of ten million characters is read like any other', async (t) => {
  const texts = ['QUJD'.repeat(2.5e6), 'QUJD and more'];
  const whole = await fitOn(textTfidf(), texts);
  t.is(whole.columns, 4);
  const view = RowView.of(texts);
  const [first, last] = stepsOf(whole, ['256']).map(({ fitted }) => fitted);
  // Its beginning is another word, which no text has.
  t.is(table(await first.compute(view))[0].filter((value) => value > 0).length, 0);
  t.deepEqual(plain(await last.compute(view)), plain(await whole.compute(view)));
});

test('a cut within a long word, whose beginning is read again', async (t) => {
  const texts = [`some words ${'abc'.repeat(60_000)} and more`, 'some more'];
  for (const analyzer of ['word', 'char_wb'] as const) {
    const whole = await fitOn(textTfidf({ analyzer, ngrams: [1, 2] }), texts);
    const view = RowView.of(texts);
    const steps = stepsOf(whole, ['140000', '160000']);
    for (const { fitted } of steps.slice(0, 2)) await fitted.compute(view);
    t.deepEqual(plain(await steps[2].fitted.compute(view)), plain(await whole.compute(view)), analyzer);
  }
});

test('a text at which reading failed is read again', (t) => {
  class Failing extends Grams {
    fails = true;
    override tail(): string | undefined {
      if (this.fails) throw new RangeError('too much');
      return super.tail();
    }
  }
  const grams = new Failing({}, hashing(64));
  const part = new TermPart<string>(
    '9',
    undefined,
    (view) => view.rows(),
    grams,
    () => 9,
  );
  const view = RowView.of(['red blue green']);
  t.throws(() => part.read(view), { message: 'too much' });
  grams.fails = false;
  t.deepEqual(part.read(view), [2]);
  t.is(part.of(view.batch).rest(0, view.batch[0]), 'green');
});

test('steps add no tables to those of the feature, and say what they have', async (t) => {
  const fitted = await fitOn(textTfidf({ ngrams: [1, 2] }), [MAIL]);
  const steps = stepsOf(fitted, ['12', '44']);
  for (const step of steps) {
    await step.fitted.warm?.();
    t.deepEqual(step.fitted.state, fitted.state);
  }
  t.true((fitted.octets ?? 0) > 0);
  t.deepEqual(
    steps.map((step) => step.fitted.octets),
    [0, 0, fitted.octets],
  );
  const [sizes] = stepsOf(fitted, ['1-1']);
  t.true((sizes.fitted.octets ?? 0) > 0);
});

test('names that are none, and orders that are not nested, are refused', async (t) => {
  const fitted = await fitOn(textTfidf({ ngrams: [1, 3] }), ['red blue green']);
  const wrong = [
    ['0'],
    ['01'],
    ['all'],
    ['-3'],
    ['line'],
    ['end1.5'],
    ['1-'],
    ['2-9'],
    ['1-3'],
    ['3-2'],
    ['9999999999'],
    ['30', '30'],
    ['40', '30'],
    ['30', 'line40'],
    ['end30', '40'],
    ['1-2', '40'],
    ['line30', 'line20'],
    ['line30', 'sentence40'],
  ];
  for (const at of wrong)
    t.throws(
      () => stepsOf(fitted, at),
      { instanceOf: OptionError, message: /^option 'fidelities': / },
      `${at}`,
    );
  for (const at of [
    ['30', '40'],
    ['line30', '30', '40'],
    ['sentence9', '9'],
    ['1-1', '1-2'],
    ['2-2', '1-2'],
    ['end3', 'end4'],
    [],
  ])
    t.is(stepsOf(fitted, at).length, at.length + 1);
});

test('lengths that read a share of the texts are proposed, and the same for the same rows', async (t) => {
  const { fidelities } = await fitOn(textTfidf(), ['red blue']);
  const propose = (texts: readonly string[], most: number) => fidelities?.propose(RowView.of(texts), most);
  // All are of 6,400 characters: an eighth is 800.
  const long = Array.from({ length: 20 }, () => 'some words '.repeat(582).slice(0, 6400));
  t.deepEqual(propose(long, 1), ['800']);
  t.deepEqual(propose(long, 2), ['800', '2100']);
  t.deepEqual(propose(long, 9), ['200', '800', '2100']);
  t.deepEqual(propose(long, 0), []);
  // First lines that are short come in where there is room for one more.
  const lines = long.map((text) => `Hello\n${text}`);
  t.deepEqual(propose(lines, 9), ['line200', '200', '800', '2100']);
  t.deepEqual(propose(lines, 3), ['200', '800', '2100']);
  // A prefix saves nothing: of short texts, of none, or where one text of many is long.
  for (const texts of [
    Array(20).fill('short'),
    [],
    [...Array(99).fill('a few words of one line'), long.join('')],
  ])
    t.deepEqual(propose(texts, 4), []);
});
