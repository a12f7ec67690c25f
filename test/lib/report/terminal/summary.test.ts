import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { type ReportData, terminalSummary } from '../../../../lib/report/index.js';
import { cells } from '../../../../lib/report/terminal/columns.js';
import { bare, sample } from '../sample.js';

/** The text with runs of blanks as one, so that alignment doesn't matter. */
const lines = (text: string) => text.split('\n').map((line) => line.trim().replace(/ +/g, ' '));

test('each feature has a line with its cost, importance and their spreads', (t) => {
  const shown = lines(terminalSummary(sample));
  for (const line of [
    'signals 6.04 µs 3.1 % 0.61 ± 0.12',
    'subject 0.900 µs 5.2 % 1.04 ± 0.19',
    'lede 5.02 µs 2.7 % 1.72 ± 0.24',
    'words 34.3 µs 1.8 % 0.31 ± 0.16',
    'chars 430 µs 1.2 % 5.87 ± 0.41',
  ]) {
    t.true(shown.includes(line), line);
  }
});

test('the expected cost stands beside the heading of the plan', (t) => {
  const shown = lines(terminalSummary(sample, { width: 160 }));
  t.true(shown.includes('Plan 15.4 µs a row expected, 481 µs for the full model: 31.3×'));
  t.true(shown.includes('Speedup in nine of ten cases 24.2× to 39.5× on as many new rows.'));
});

test('the certificate is said in words, with what stands behind it', (t) => {
  const text = terminalSummary(sample, { width: 200 });
  const shown = lines(text);
  t.true(text.includes(sample.promise));
  for (const line of [
    'loss disagreement',
    'bound at most 1 %',
    'confidence 95 %',
    'method exact binomial, fixed-sequence testing',
    'sample n = 1,537',
    'observed 8 of 1,537 rows answered otherwise',
  ]) {
    t.true(shown.includes(line), line);
  }
  for (const note of sample.notes) t.true(shown.includes(note));
});

test('of several losses each is said, with its own bound and what was found', (t) => {
  const all = ['recall of "spam"', 'cost\u001b[2J'].map((loss, i) => ({
    loss,
    epsilon: 0.02,
    method: 'betting bound',
    found: `${i} lost on 99 rows`,
    rowsNeeded: i === 0 ? null : 149,
  }));
  const shown = lines(terminalSummary({ ...sample, certificate: { ...sample.certificate, all } }));
  const from = shown.indexOf('confidence 95 %');
  t.deepEqual(shown.slice(from, from + 11), [
    'confidence 95 %',
    'observed 8 of 1,537 rows answered otherwise',
    'loss recall of "spam"',
    'bound at most 2 %',
    'method betting bound',
    'found 0 lost on 99 rows',
    'loss cost\\u001b[2J',
    'bound at most 2 %',
    'method betting bound',
    'found 1 lost on 99 rows',
    'rows needed 149 for the certificate',
  ]);
});

test('a measurement sets the cascade against the full model', (t) => {
  const shown = lines(terminalSummary(sample));
  for (const line of [
    'Measured on 1,814 rows',
    'full model 2,076 98.84 % 0 %',
    'cascade 62,410 98.56 % 0.61 %',
    'change 30.1× −0.28 points',
    'speedup 30.1× measured, 31.3× predicted',
  ]) {
    t.true(shown.includes(line), line);
  }
});

test('without stages, importances, measurement and limit it says what there is', (t) => {
  const text = terminalSummary(bare);
  t.true(text.includes('full model only'));
  t.true(text.includes('No stages: the full model answers every row.'));
  t.true(lines(text).includes('rows needed 299 for the certificate'));
  for (const absent of ['Measured', 'importance', 'Notes', 'NaN', 'undefined']) {
    t.false(text.includes(absent), absent);
  }
});

test('a feature without importance stands among those with', (t) => {
  const [first, ...rest] = sample.features;
  const { importance: _, ...plain } = first;
  const shown = lines(terminalSummary({ ...sample, features: [plain, ...rest] }));
  t.true(shown.includes('signals 6.04 µs 3.1 % – –'));
});

test('lines keep to the width', (t) => {
  for (const width of [80, 100, 140]) {
    for (const line of terminalSummary(sample, { width }).split('\n')) t.true(cells(line) <= width, line);
  }
});

test('colour adds escapes and changes nothing else; without it there is none', (t) => {
  const plain = terminalSummary(sample);
  const coloured = terminalSummary(sample, { colour: true });
  t.false(plain.includes('\u001b'));
  t.true(coloured.includes('\u001b[32mcertified'));
  t.is(stripVTControlCharacters(coloured), plain);
});

test('names can’t move the cursor or break a line', (t) => {
  const hostile: ReportData = {
    ...sample,
    title: 'a\u001b]0;title\u0007b',
    features: [{ name: 'x\u001b[2J\ny', cost: 1, costSpread: 0 }],
  };
  const text = terminalSummary(hostile);
  t.false(text.includes('\u001b'));
  t.false(text.includes('\u0007'));
  t.true(text.includes('x\\u001b[2J y'));
});

test('what isn’t promised and what to do next are lists, within the width', (t) => {
  const item =
    'The bound is on a mean over many rows, so that it covers no single row, class or segment of them.';
  const text = terminalSummary({ ...sample, notPromised: [item], next: ['Measure it.'] }, { width: 60 });
  t.regex(text, /Not promised\n {2}- The bound is on [^\n]+\n {4}\S/);
  t.regex(text, /What to do next\n {2}- Measure it\./);
  t.notRegex(terminalSummary(sample), /Not promised|What to do next/);
});

test('a number and its percent sign stay on one line', (t) => {
  for (let width = 60; width < 90; width++) {
    t.notRegex(terminalSummary(sample, { width }), /\n *%/);
  }
});

test('no two columns have the same heading', (t) => {
  const [heads] = terminalSummary(sample)
    .split('\n')
    .filter((line) => line.includes('importance'));
  const names = heads.trim().split(/ {2,}/);
  t.deepEqual(names, ['feature', 'cost a row', 'cost spread (IQR)', 'importance, points', 'std. deviation']);
});
