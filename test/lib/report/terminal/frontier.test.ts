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

test('a bar a plan, as long as its cost beside the full model’s', (t) => {
  const [heading, , , ...rows] = frontierOf(terminalSummary(sample));
  t.is(heading, 'Frontier cost by the loss allowed (disagreement)');
  const bar = (length: number) => '█'.repeat(length);
  t.deepEqual(rows, [
    `0 % 481 µs ${bar(40)} 1.00× full model`,
    `0.25 % 121 µs ${bar(10)} 3.98×`,
    `0.4 % 46.0 µs ${bar(4)} 10.5×`,
    `0.8 % 19.5 µs ${bar(2)} 24.7×`,
    `1 % 15.4 µs ${bar(1)} 31.3× served`,
    `1.5 % 12.1 µs ${bar(1)} 39.8×`,
    `3 % 8.40 µs ${bar(1)} 57.3×`,
    `5 % 7.10 µs ${bar(1)} 67.7×`,
  ]);
});

test('a narrow terminal has shorter bars', (t) => {
  const rows = frontierOf(terminalSummary(sample, { width: 60 }));
  t.is(rows[3], `0 % 481 µs ${'█'.repeat(8)} 1.00× full model`);
});

test('the plan that is served stands for its epsilon, where a test of its own let a cheaper one pass', (t) => {
  const expected = { cost: 11.5, fullCost: 481, speedup: 41.8 };
  const rows = frontierOf(terminalSummary({ ...sample, expected }));
  t.true(rows.includes('1 % 11.5 µs █ 41.8× served'));
  t.false(rows.some((row) => row.includes('12.1')), 'what allows more and costs more is no choice');
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
