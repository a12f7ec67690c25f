import { makeVector, Table } from 'apache-arrow';
import { columns, define, dense, type FeatureSet, gradientBoosting, type Profile, tune } from 'spillway';
import { tableRows } from 'spillway/data';
import { type FittedFeature, RowView } from 'spillway/extend';
import { FREE } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { peakMemory } from '../../harness/machine.js';
import { processorTimes } from '../../harness/processor.js';

/**
 * A table of columns in double precision: what features over them take beside a loop by hand (`times`), in how much memory
 * (`memory`), and what `tune` takes on it (`table`) and on rows that are typed arrays (`arrays`).
 */

/** Columns of the table, of a feature, and rows of a batch. */
const [WIDTH, EACH, BATCH] = [50, 10, 1_024];
const NAMES = Array.from({ length: WIDTH }, (_, c) => `c${c}`);
const FEATURES = ['first', 'second', 'third', 'fourth', 'fifth'] as const;
type Name = (typeof FEATURES)[number];

const [kind, count, rounds] = process.argv.slice(2);
const rows = Number(count);

function makeColumns(): Float64Array[] {
  const draw = random(1).fork('bench columns');
  return NAMES.map(() => {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row++) column[row] = draw.uniform();
    return column;
  });
}

/** An Arrow table that has these arrays, not copies. */
function arrowTable(values: readonly Float64Array[]): Table {
  return new Table(Object.fromEntries(NAMES.map((name, c) => [name, makeVector(values[c])])));
}

const overColumns = define(perFeature((g) => columns(NAMES.slice(EACH * g, EACH * (g + 1)))));

/** The same of rows that are typed arrays. */
const overArrays = define(
  perFeature((g) =>
    dense(EACH, (batch: readonly Float64Array[]) => {
      const values = new Float32Array(batch.length * EACH);
      batch.forEach((row, i) => {
        values.set(row.subarray(EACH * g, EACH * (g + 1)), i * EACH);
      });
      return values;
    }),
  ),
);

function perFeature<Value>(of: (index: number) => Value): Record<Name, Value> {
  const made = FEATURES.map((name, g) => [name, of(g)] as const);
  return Object.fromEntries(made) as Record<Name, Value>; // Complete: every name was just set.
}

/** All features of all rows, batch by batch. */
async function compute(all: readonly object[]): Promise<void> {
  const fitted: FittedFeature<object>[] = [];
  for (const name of FEATURES) fitted.push(await overColumns.get(name).fit(RowView.of(all.slice(0, 1))));
  for (let from = 0; from < all.length; from += BATCH) {
    const view = RowView.of(all.slice(from, from + BATCH));
    for (const feature of fitted) await feature.compute(view);
  }
}

/** The same numbers by hand. */
async function byHand(values: readonly Float64Array[]): Promise<void> {
  for (let from = 0; from < rows; from += BATCH) {
    const length = Math.min(BATCH, rows - from);
    for (let g = 0; g < FEATURES.length; g++) {
      const block = new Float32Array(length * EACH);
      for (let c = 0; c < EACH; c++) {
        const column = values[g * EACH + c];
        for (let i = 0, to = c; i < length; i++, to += EACH) block[to] = column[from + i];
      }
      // So that no compiler leaves the block out.
      if (block[0] > 2) throw new RangeError('numbers are below 1');
    }
  }
}

/** Costs in microseconds, given: both plans are the same, and nothing is timed. */
const PROFILE: Profile<Name> = {
  features: perFeature((g) => ({ cost: { ...FREE, perRow: 1 + g }, entries: EACH, reads: [] })),
  transforms: {},
  models: { 'gradient-boosting': { fixed: 0, perRow: 0.5, perEntry: 0.01, opening: 0.2 } },
  full: { ...FREE, perRow: 1 },
  opening: 0.2,
};

/** Processor seconds of `tune`. */
async function tuned<Row>(features: FeatureSet<Row, Name>, given: readonly Row[], labels: readonly string[]) {
  const before = process.cpuUsage();
  const cascade = await tune({
    features,
    rows: given,
    labels,
    full: gradientBoosting({ rounds: 30 }),
    bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
    profile: PROFILE,
    seed: 1,
    date: new Date(0),
  });
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, plan: cascade.plan.stages.map((stage) => stage.thresholds) };
}

function labelsOf(values: readonly Float64Array[]): string[] {
  const at = (column: number, row: number) => values[column][row];
  return Array.from({ length: rows }, (_, row) =>
    at(0, row) + (at(10, row) > 0.7 ? at(20, row) : at(30, row)) * at(40, row) > 0.8 ? 'yes' : 'no',
  );
}

async function figures(): Promise<object> {
  if (kind === 'memory') {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const { peakMB } = await peakMemory(async () => compute(tableRows(arrowTable(makeColumns()))));
    return { grownBytes: peakMB * 2 ** 20 - before, tableBytes: 8 * WIDTH * rows };
  }
  const values = makeColumns();
  if (kind === 'times') {
    const all = tableRows(arrowTable(values));
    const [ours, hand] = await processorTimes([() => compute(all), () => byHand(values)], Number(rounds));
    return { ours, hand };
  }
  const labels = labelsOf(values);
  if (kind === 'table') return tuned(overColumns, tableRows(arrowTable(values)), labels);
  const asArrays = Array.from({ length: rows }, (_, row) =>
    Float64Array.from(values, (column) => column[row]),
  );
  return tuned(overArrays, asArrays, labels);
}

console.log(JSON.stringify(await figures()));
