import test from 'ava';
import { terminalSummary } from '../../../../lib/report/index.js';
import { bare, sample } from '../sample.js';

/** The lines of the frontier, their blanks as one. */
function frontierOf(text: string): string[] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith('Frontier'));
  if (from < 0) return [];
  return lines.slice(from, lines.indexOf('', from)).map((line) => line.trim().replace(/ +/g, ' '));
}

test('a mark a plan, along the logarithm of its cost', (t) => {
  const [heading, , , ...rows] = frontierOf(terminalSummary(sample));
  t.is(heading, 'Frontier cost by the loss allowed (disagreement), on a logarithmic axis');
  // The logarithm of 481 / 7.1 is 4.216; that of 481 / 121 is 1.380: 39 x (1 - 0.327) = 26.2.
  const mark = (place: number, mark = '○') => `${'·'.repeat(place)}${mark}`;
  t.deepEqual(rows, [
    `0 % 481 µs ${mark(39)} 1.00× full model`,
    `0.25 % 121 µs ${mark(26)} 3.98×`,
    `0.4 % 46.0 µs ${mark(17)} 10.5×`,
    `0.8 % 19.5 µs ${mark(9)} 24.7×`,
    `1 % 15.4 µs ${mark(7, '●')} 31.3× served`,
    `1.5 % 12.1 µs ${mark(5)} 39.8×`,
    `3 % 8.40 µs ${mark(2)} 57.3×`,
    `5 % 7.10 µs ${mark(0)} 67.7×`,
  ]);
});

test('a narrow terminal has a shorter axis', (t) => {
  const rows = frontierOf(terminalSummary(sample, { width: 60 }));
  t.is(rows[3], `0 % 481 µs ${'·'.repeat(7)}○ 1.00× full model`);
});

test('a small gain looks small', (t) => {
  const frontier = sample.frontier.map((point, i) => ({ ...point, cost: 400 - i, speedup: 1.2 }));
  const rows = frontierOf(
    terminalSummary({ ...sample, frontier, expected: { cost: 396, fullCost: 481, speedup: 1.2 } }),
  );
  // 39 x (1 - log10(481 / 400)) = 35.9.
  t.true(rows.includes(`0.25 % 400 µs ${'·'.repeat(36)}○ 1.20×`));
});

test('what is free stands at the left end', (t) => {
  const frontier = sample.frontier.map((point) => (point.epsilon === 0.05 ? { ...point, cost: 0 } : point));
  t.true(frontierOf(terminalSummary({ ...sample, frontier })).some((row) => row.startsWith('5 % 0 µs ○ ')));
});

test('the plan that is served stands for its epsilon, where a test of its own let a cheaper one pass', (t) => {
  const expected = { cost: 11.5, fullCost: 481, speedup: 41.8 };
  const rows = frontierOf(terminalSummary({ ...sample, expected }));
  t.true(rows.includes('1 % 11.5 µs ····● 41.8× served'));
  t.false(
    rows.some((row) => row.includes('12.1')),
    'what allows more and costs more is no choice',
  );
});

test('where the full model answers all, other losses show what they would buy', (t) => {
  const frontier = sample.frontier.filter(({ epsilon }) => epsilon > 0.01);
  const rows = frontierOf(terminalSummary({ ...bare, frontier }));
  t.is(rows.length, 3 + 1 + 4);
  t.false(rows.some((row) => row.includes('served')));
});

test('without a choice there is no picture', (t) => {
  t.deepEqual(frontierOf(terminalSummary(bare)), []);
  t.deepEqual(frontierOf(terminalSummary({ ...sample, frontier: sample.frontier.slice(4, 5) })), []);
  t.deepEqual(frontierOf(terminalSummary({ ...sample, verdict: 'void' })), []);
});
