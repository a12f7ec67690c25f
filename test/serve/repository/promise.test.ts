import test from 'ava';
import type { Certificate, Clause } from '../../../cascades/index.js';
import { weakening } from '../../../serve/repository/promise.js';
import type { TopKCertificate } from '../../../topk/index.js';
import { bandOf, certificateOf as of } from '../../support/plans.js';

const CASES: readonly [
  name: string,
  before: Partial<Certificate>,
  after: Partial<Certificate>,
  RegExp | undefined,
][] = [
  ['the same', {}, {}, undefined],
  ['a smaller epsilon', {}, { epsilon: 0.01 }, undefined],
  ['a larger epsilon', {}, { epsilon: 0.06 }, /epsilon for disagreement is 0.06, where 0.05 is served/],
  ['a smaller delta', {}, { delta: 0.01 }, undefined],
  ['a larger delta', {}, { delta: 0.1 }, /delta is 0.1, where 0.05 is served/],
  [
    'only the full model',
    {},
    { verdict: 'full-model-only', reason: 'too few rows' },
    /'full-model-only' \(too few rows\), where 'certified'/,
  ],
  ['void', {}, { verdict: 'void' }, /'void', where 'certified'/],
  ['certified again', { verdict: 'void', epsilon: 0.01 }, { epsilon: 0.2 }, undefined],
  ['certified for the first time', { verdict: 'full-model-only' }, { epsilon: 0.06 }, /epsilon/],
  ['disagreement bounds harm', { loss: 'harm' }, {}, undefined],
  ['disagreement bounds accuracy', { loss: 'accuracy' }, {}, undefined],
  ['harm bounds accuracy', { loss: 'accuracy' }, { loss: 'harm' }, undefined],
  [
    'accuracy bounds no harm',
    { loss: 'harm' },
    { loss: 'accuracy' },
    /doesn't bound harm, which is served with epsilon 0.05/,
  ],
  ['harm bounds no disagreement', {}, { loss: 'harm' }, /doesn't bound disagreement/],
  ['disagreement bounds no recall', { loss: { recall: 'a' } }, {}, /doesn't bound recall\("a"\)/],
  ['recall of another class', { loss: { recall: 'a' } }, { loss: { recall: 'b' } }, /recall\("a"\)/],
  ['recall of the class', { loss: { recall: 'a' } }, { loss: { recall: 'a' } }, undefined],
  ['precision isn’t recall', { loss: { recall: 'a' } }, { loss: { precision: 'a' } }, /recall\("a"\)/],
  ['a smaller scale', { loss: { absoluteError: 10 } }, { loss: { absoluteError: 5 } }, undefined],
  // A mean of .05 in units of 20 may be one of .1 in units of 10.
  ['a larger scale', { loss: { absoluteError: 10 } }, { loss: { absoluteError: 20 } }, /is 0.1, where 0.05/],
  [
    'a larger scale, a smaller epsilon',
    { loss: { absoluteError: 10 } },
    { loss: { absoluteError: 20 }, epsilon: 0.025 },
    undefined,
  ],
  ['a loss of its own', { loss: { name: 'cost' } }, { loss: { name: 'cost' } }, undefined],
  [
    'another loss of its own',
    { loss: { name: 'cost' } },
    { loss: { name: 'price' } },
    /the loss of its own "cost"/,
  ],
  ['groups', {}, { unit: 'groups' }, /mean over groups, where one over rows/],
];

for (const [name, before, after, message] of CASES)
  test(`${name}: ${message === undefined ? 'no less' : 'less'}`, (t) => {
    const found = weakening(of(before), of(after));
    if (message === undefined) t.is(found, undefined);
    else t.regex(found ?? '', message);
  });

test('each of several losses must be bounded by one of the new ones', (t) => {
  const clause = (loss: Clause['loss'], epsilon: number): Clause => ({ ...of(), loss, epsilon });
  const before = of({ all: [clause('disagreement', 0.05), clause({ recall: 'a' }, 0.1)] });
  t.is(
    weakening(before, of({ all: [clause({ recall: 'a' }, 0.1), clause('disagreement', 0.04)] })),
    undefined,
  );
  t.regex(weakening(before, of({ epsilon: 0.01 })) ?? '', /recall\("a"\)/);
});

const ranker = (...bands: TopKCertificate['bands']): TopKCertificate => ({
  verdict: 'certified',
  reason: null,
  delta: 0.05,
  bands,
});

test('bands of a ranker must be covered for every K', (t) => {
  const before = ranker(bandOf({ k: [1, 10] }));
  t.is(weakening(before, ranker(bandOf({ k: [6, 20] }), bandOf({ k: [1, 5] }))), undefined);
  t.regex(weakening(before, ranker(bandOf({ k: [1, 5] }), bandOf({ k: [7, 10] }))) ?? '', /K = 6/);
  t.regex(weakening(before, ranker(bandOf({ level: 0.8 }))) ?? '', /K = 1, where recall 0.9 is served/);
  t.regex(weakening(before, ranker(bandOf({ candidates: [200, 1_000] }))) ?? '', /K = 1/);
  t.regex(weakening(before, ranker(bandOf({ delta: 0.1 }))) ?? '', /K = 1/);
  const shared = ranker(bandOf({ share: 0.95 }));
  t.regex(weakening(before, shared) ?? '', /K = 1/);
  t.regex(weakening(shared, before) ?? '', /in 0.95 of queries/);
});

test('a cascade doesn’t replace a ranker, nor the reverse', (t) => {
  t.regex(weakening(of(), ranker()) ?? '', /is a ranker/);
  t.regex(weakening(ranker(), of()) ?? '', /is a cascade/);
});
