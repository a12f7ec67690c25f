import test from 'ava';
import { parseHTML } from 'linkedom';
import { type ReportStage, STAGE_COLUMNS } from '../../../../lib/report/data/index.js';
import { htmlReport, terminalSummary } from '../../../../lib/report/index.js';
import {
  allThresholdWords,
  isNumber,
  isShortened,
  stageWords,
  thresholdWords,
} from '../../../../lib/report/words/stageCells.js';
import { sample } from '../sample.js';

interface Found {
  readonly textContent: string;
  querySelectorAll(selector: string): Iterable<Found>;
}

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

/** A text with runs of blanks as one. */
const single = (text: string) => text.trim().replace(/\s+/g, ' ');

// Shares of reach x cost: 5.63, 1.7304, 3.249 and 4.763 of 15.3724.
test('each stage is a row of the page', async (t) => {
  const page: Found = parseHTML(await htmlReport(sample)).document;
  const rows = Array.from(page.querySelectorAll('tbody tr'), (row) =>
    Array.from(row.querySelectorAll('th, td'), (cell) => single(cell.textContent)).join(' | '),
  );
  for (const row of [
    'lede | lede | logistic regression on labels | ham ≥ 0.913 spam ≥ 0.987 | 100 % | 76.0 % | 5.63 µs | 36.6 %',
    'signals+subject+lede | signals, subject, lede | logistic regression on full model | ham ≥ 0.901 spam ≥ 0.966 | 24.0 % | 15.0 % | 7.21 µs | 11.3 %',
    '+words | signals, subject, lede, words | logistic regression on full model | ham ≥ 0.843 spam never | 9.0 % | 7.9 % | 36.1 µs | 21.1 %',
    'full | signals, subject, lede, words, chars | logistic regression on labels | always | 1.1 % | 1.1 % | 433 µs | 31.0 %',
  ]) {
    t.true(rows.includes(row), row);
  }
});

test('each stage is a line of the terminal', (t) => {
  const shown = terminalSummary(sample, { width: 160 }).split('\n').map(single);
  for (const line of [
    'lede lede ham ≥ 0.913 spam ≥ 0.987 100 % 76.0 % 5.63 µs 36.6 %',
    'signals+subject+lede signals subject lede ham ≥ 0.901 spam ≥ 0.966 24.0 % 15.0 % 7.21 µs 11.3 %',
    '+words signals subject lede words ham ≥ 0.843 spam never 9.0 % 7.9 % 36.1 µs 21.1 %',
    'full: logistic regression signals subject lede words chars always 1.1 % 1.1 % 433 µs 31.0 %',
  ]) {
    t.true(shown.includes(line), line);
  }
});

test('the full model always answers', (t) => {
  t.is(stageWords({ thresholds: [] }, 'µs'), 'always');
});

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const many = letters.map((label, c) => ({ label, threshold: c < 3 ? null : 0.5 + 0.015 * c }));

test('thresholds of 26 classes fit on a screen', (t) => {
  t.deepEqual(thresholdWords(many), ['23 classes ≥ 0.545 to 0.875', 'a, b, c never']);
  t.true(isShortened(many));
  t.is(allThresholdWords(many).length, 26);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: null }))), ['26 classes never']);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: 0.9 }))), ['26 classes ≥ 0.900']);
  t.false(isShortened(many.slice(0, 6)));
  const stages = sample.stages.map((stage) => ({ ...stage, thresholds: many }));
  t.true(terminalSummary({ ...sample, stages, frontier: [] }).split('\n').length < 60);
});
