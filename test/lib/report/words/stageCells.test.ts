import test from 'ava';
import { type ReportStage, STAGE_COLUMNS } from '../../../../lib/report/data/index.js';
import { isNumber, stageWords } from '../../../../lib/report/words/stageCells.js';
import { sample } from '../sample.js';

const stage: ReportStage = {
  name: 'stage 1',
  features: ['lede', 'words'],
  learner: 'gradient-boosting',
  target: 'labels',
  rounds: '125 of 1000 rounds',
  thresholds: [{ label: 'ham', threshold: 0.9 }],
  reach: 1,
  exits: 0.76,
  cost: 5.63,
};

test('each column of a stage, by hand', (t) => {
  const cells = STAGE_COLUMNS.map(({ head, cell }) => [head('price'), stageWords(cell(stage, 0.5), 'µs')]);
  t.deepEqual(Object.fromEntries(cells), {
    stage: 'stage 1',
    features: ['lede', 'words', '(125 of 1000 rounds)'],
    model: 'gradient-boosting, 125 of 1000 rounds, on labels',
    'exits when': ['ham ≥ 0.900'],
    reach: '100 %',
    exit: '76.0 %',
    'price a row': '5.63 µs',
    'of price': '50.0 %',
  });
});

test('headings differ, texts come before numbers, and a column is numbers for every stage or for none', (t) => {
  const heads = STAGE_COLUMNS.map(({ head }) => head('cost'));
  t.is(new Set(heads).size, heads.length);
  const sides = sample.stages.map((each) => STAGE_COLUMNS.map(({ cell }) => isNumber(cell(each, 0.1))));
  for (const side of sides) t.deepEqual(side, sides[0]);
  t.false(sides[0].slice(sides[0].indexOf(true)).includes(false));
});

test('the full model always answers', (t) => {
  t.is(stageWords({ thresholds: [] }, 'µs'), 'always');
});
