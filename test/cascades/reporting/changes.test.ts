import test from 'ava';
import { changedMore, changesShown } from '../../../cascades/reporting/changes.js';
import { agreementWorld } from '../../../datasets/index.js';
import { type Certificate, recall } from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';
import { certificateOf } from '../../support/plans.js';

/** An answer of the full model, of which some rows are answered 'common' instead. */
function answer(full: string, rows: number, changed: number, lower = 0, upper = 1) {
  return { full, rows, changed, lower, upper, to: changed > 0 ? [{ cascade: 'common', rows: changed }] : [] };
}

function changing(answers: readonly ReturnType<typeof answer>[], terms: Partial<Certificate> = {}) {
  return certificateOf({
    epsilon: 0.02,
    changes: { limits: 'simultaneous', delta: 0.05, plans: 40, answers },
    ...terms,
  });
}

test('a rare class that is changed far beyond epsilon is said in one line, with the bound that would prevent it', (t) => {
  const answers = [answer('common', 900, 3), answer('rare', 87, 11, 0.031, 0.281)];
  // Without a loss 87 rows show 1 - .05^(1/87) = 3.39 %, rounded up.
  t.deepEqual(changedMore(changing(answers)), [
    'The cascade changes more than 2 % of the full model\'s "rare": 11 of 87 certification rows, 12.6 % (limits 3.1 % ' +
      'and 28.1 %), most often to "common". The promise is a mean over all rows. recall("rare") at 0.034 beside it ' +
      'in bound.all would prevent this.',
  ]);
  // 149 rows and more show 2 %.
  t.regex(changedMore(changing([answer('rare', 200, 25)]))[0], /recall\("rare"\) at 0\.02 beside it/);
  // 8 rows show 1 - .05^(1/8) = 31.2 %, more than the 25 % that changed.
  t.regex(changedMore(changing([answer('rare', 8, 3)]))[0], /recall\("rare"\) at 0\.32 beside it/);
  t.regex(
    changedMore(changing([answer('rare', 7, 2)]))[0],
    /recall\("rare"\) in bound\.all would prevent this, with more such rows: 7 can show 0\.35 at best/,
  );
  const [three] = changedMore(changing(['a', 'b', 'c'].map((full, i) => answer(full, 100, 20 + i))));
  t.regex(
    three,
    /^The cascade changes more than 2 % of the full model's "c": .* And so of 2 more answers\. /,
  );
});

test('of a batch the line names the epsilon that would prevent it', (t) => {
  const answers = [answer('common', 913, 3), answer('rare', 87, 11, 0.031, 0.281)];
  const ofBatch = {
    limits: 'simultaneous',
    delta: 0.05,
    plans: 40,
    answers,
    batch: { rows: 4_000, open: 2_000 },
  } as const;
  // 8.7 % of the half that may leave: .02 x .0435 = .00087.
  t.deepEqual(changedMore(changing([], { changes: ofBatch })), [
    'The cascade changes more than 2 % of the full model\'s "rare": 11 of 87 sampled rows, 12.6 % (limits 3.1 % and ' +
      '28.1 %), most often to "common". The promise is a mean over all rows of this batch. An epsilon of about 0.0009 ' +
      'would prevent this: that is 2 % of some 4.3 % of the batch that are "rare".',
  ]);
  t.regex(
    changedMore(changing([], { changes: ofBatch, loss: 'excessDisagreement' }))[0],
    /An epsilon of 'disagreement' of about 0\.0009 would prevent this/,
  );
  t.regex(
    String(changesShown(changing([], { changes: ofBatch }))?.limits),
    /They are of the 2,000 of 4,000 rows that stages may answer\./,
  );
});

test('no line where an answer changes by chance, is bounded itself, or the loss compares with labels', (t) => {
  const rare = answer('rare', 87, 11);
  // P(Bin(87, .02) >= 4) = .09.
  t.deepEqual(changedMore(changing([answer('rare', 87, 4)])), []);
  const clause = { method: 'exact', bound: 'exact', n: 87, lost: 1, upper: null, rowsNeeded: null } as const;
  const all = [
    { ...clause, loss: 'disagreement' as const, epsilon: 0.02 },
    { ...clause, loss: recall('rare'), epsilon: 0.2 },
  ];
  t.deepEqual(changedMore(changing([rare], { all })), []);
  t.is(changedMore(changing([rare, answer('other', 90, 20)], { all })).length, 1);
  t.deepEqual(changedMore(changing([rare], { loss: 'accuracy' })), []);
  t.deepEqual(changedMore(changing([rare], { loss: { name: 'cost' } })), []);
  t.deepEqual(changedMore(changing([rare], { verdict: 'void' })), []);
  t.deepEqual(changedMore(certificateOf()), []);
});

test('of many answers the twenty that surely change most are shown, and how many more there are', (t) => {
  const answers = Array.from({ length: 45 }, (_, c) => answer(`class ${c}`, 100, c, c / 1_000));
  const { answers: shown = [], more, limits } = changesShown(changing(answers)) ?? {};
  t.deepEqual([shown.length, more], [20, 25]);
  t.deepEqual([shown[0].full, shown[19].full], ['"class 44"', '"class 25"']);
  t.regex(String(limits), /for all answers and all 40 plans of the path together, with 95 % confidence/);
  const groups = changesShown(
    changing(answers, { changes: { limits: 'estimate', delta: 0.05, plans: 40, answers } }),
  );
  t.regex(String(groups?.limits), /estimates/);
  t.is(changesShown(certificateOf()), undefined);
});

test('of what is said instead three are named, and the others counted', (t) => {
  const to = ['a', 'b', 'c', 'd', 'e'].map((cascade, i) => ({ cascade, rows: 9 - i }));
  const shown = changesShown(changing([{ ...answer('rare', 87, 35), to }]));
  t.deepEqual(shown?.answers[0].to, ['9 "a"', '8 "b"', '7 "c"', '11 others']);
});

test('summary and page have the table, without labels, and the slider another for each choice', async (t) => {
  const world = agreementWorld({ rows: 6_000, seed: 1 });
  const cascade = await tuneWorld(world, { bound: { loss: 'disagreement', epsilon: 0.02 } });
  const { answers = [] } = cascade.certificate.changes ?? {};
  const summary = cascade.summary();
  t.regex(summary, /Changed answers {2}on the certification rows, the worst first/);
  const page = await cascade.report();
  for (const { full, rows, changed } of answers) {
    const counted = rows.toLocaleString('en');
    t.regex(
      summary,
      new RegExp(`"${full}" +${counted} +${changed} \\(.* %\\) +[\\d.]+ % to [\\d.]+ % +${changed} "`),
    );
    t.true(page.includes(`<td>${counted}</td><td>${changed} (`));
  }
  t.true(page.split('data-part="changes"').length > 2);
  t.is(page.split('data-live="changes"').length, 2);
});
