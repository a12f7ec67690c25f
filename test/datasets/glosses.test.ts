import test from 'ava';
import { parseGlosses } from '../../datasets/glosses.js';
import { loadGlosses } from '../../datasets/index.js';

test('takes lines of the database apart, and passes over its licence', (t) => {
  const text = [
    '  1 This software and database is being provided to you, the LICENSEE, by  ',
    '00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 | that which is  ',
    '10781684 18 n 0c wood_nymph 0 dryad 0 002 @ 1 n 0000 + 2 v 0101 | a nymph; "a | b"  ',
    '',
  ];
  t.deepEqual(parseGlosses(text.join('\n')), {
    rows: [
      { lemma: 'entity', gloss: 'that which is' },
      { lemma: 'wood nymph', gloss: 'a nymph; "a | b"' },
    ],
    labels: ['Tops', 'person'],
  });
});

test('has every noun sense of WordNet 3.1, by category', async (t) => {
  const { rows, labels } = await loadGlosses();
  t.is(rows.length, 82_192);
  t.is(labels.length, 82_192);
  t.deepEqual(rows[1], { lemma: 'physical entity', gloss: 'an entity that has physical existence' });
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  t.is(counts.size, 26);
  // As lexnames(5WN) numbers them: 03, 04, 05, 16, 18, 28.
  t.deepEqual(
    ['Tops', 'act', 'animal', 'motive', 'person', 'time'].map((name) => counts.get(name)),
    [51, 6_657, 7_510, 42, 11_073, 1_030],
  );
  t.true(rows.every(({ lemma, gloss }) => lemma !== '' && gloss !== '' && !lemma.includes('_')));
  t.is(labels[rows.findIndex(({ lemma }) => lemma === 'physical entity')], 'Tops');
  t.deepEqual([rows.at(-1)?.lemma, labels.at(-1)], ['9/11', 'time']);
});
