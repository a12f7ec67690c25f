import test from 'ava';
import { LabelParser, parseNumber } from '../../../../llm/models/chat/parse.js';
import { softLabels } from '../../../../llm/models/chat/softLabels.js';

const parser = new LabelParser(['ham', 'Spam', 'true', '1']);

for (const [text, found] of [
  ['ham', 0],
  ['  SPAM\n', 1],
  ['"spam"', 1],
  ['{"label": "ham"}', 0],
  ['{"reason": "it is short", "label": "Spam "}', 1],
  ['{"label": true}', 2],
  ['{"label": 1}', 3],
  // Words around a label are no answer, nor are two labels.
  ['spam.', 'other'],
  ['It is spam', 'other'],
  ['ham or spam', 'other'],
  ['not spam', 'other'],
  ['{"first": "ham", "second": "spam"}', 'other'],
  ['{"label": {"is": "ham"}}', 'other'],
  ['{"label": "ham"', 'other'],
  ['["ham"]', 'other'],
  ['', 'other'],
] as const) {
  test(`a label is read strictly: ${JSON.stringify(text)}`, (t) => {
    t.is(parser.parse({ text }), found);
  });
}

test('refusals and answers that were cut are none, whatever they say', (t) => {
  t.is(parser.parse({ text: null }), 'refusal');
  t.is(parser.parse({ text: 'ham', finish: 'content_filter' }), 'refusal');
  t.is(parser.parse({ text: 'ham', finish: 'length' }), 'cut');
  t.is(parser.parse({ text: 'ham', finish: 'stop' }), 0);
});

for (const [text, found] of [
  ['4', 4],
  [' -1.5e0 ', -1.5],
  ['{"number": 3}', 3],
  ['{"why": "good", "number": "3"}', 3],
  ['"2"', 2],
  ['5.1', 'other'],
  ['4 of 5', 'other'],
  ['four', 'other'],
  ['{"a": 1, "b": 2}', 'other'],
  ['NaN', 'other'],
  ['0x4', 'other'],
  ['', 'other'],
] as const) {
  test(`a number is read strictly: ${JSON.stringify(text)}`, (t) => {
    t.is(parseNumber({ text }, { min: -2, max: 5 }), found);
  });
}

/** A token, and what might stand in its place. */
const token = (own: string, ...others: (readonly [string, number])[]) => {
  const left = 1 - others.reduce((sum, [, mass]) => sum + mass, 0);
  const all = [[own, left] as const, ...others];
  return all.map(([text, mass]) => ({ token: text, logprob: Math.log(mass) }));
};

const near = (values: Float64Array | undefined) =>
  values && [...values].map((value) => Number(value.toFixed(9)));

test('what stands in the place of the first token that tells labels apart has their mass', (t) => {
  const labels = ['positive', 'negative', 'neutral'];
  const logprobs = [token('pos', ['ne', 0.2], [' ', 0.1]), token('itive')];
  // 'ne' begins two labels, which share; a blank begins none, and is left out.
  t.deepEqual(
    near(softLabels({ text: 'positive', logprobs }, labels, 0)),
    [0.777777778, 0.111111111, 0.111111111],
  );
});

test('labels that begin alike are told apart where they part', (t) => {
  const labels = ['positive', 'negative', 'neutral'];
  const logprobs = [
    token('{"label":"'),
    token('ne', ['pos', 0.2]),
    token('gative', ['utral', 0.25]),
    token('"}'),
  ];
  const text = '{"label":"negative"}';
  t.deepEqual(near(softLabels({ text, logprobs }, labels, 1)), [0.2, 0.6, 0.2]);
});

test('a label that another one begins with is told by what follows', (t) => {
  const labels = ['spam', 'spammer'];
  const logprobs = [token('"'), token('spam'), token('"', ['mer', 0.4])];
  t.deepEqual(near(softLabels({ text: '"spam"', logprobs }, labels, 0)), [0.6, 0.4]);
});

test('spellings of the chosen label are its own, in any case', (t) => {
  const logprobs = [token(' Ham', ['ham', 0.3], [' spam', 0.2])];
  t.deepEqual(near(softLabels({ text: ' Ham', logprobs }, ['ham', 'spam'], 0)), [0.8, 0.2]);
});

test('tokens that aren’t the text’s say nothing', (t) => {
  t.is(softLabels({ text: 'ham', logprobs: [token('spam')] }, ['ham', 'spam'], 0), undefined);
  t.is(softLabels({ text: 'ham' }, ['ham', 'spam'], 0), undefined);
});
