/** A process of its own, so that its memory is that of one job: tunes on a file, or fits once. */

import { survey } from '../../cascades/problem/survey.js';
import { blocksOf, fitFeatures } from '../../cascades/scoring/index.js';
import { parquetRows } from '../../entries/data.js';
import { define, dense, gradientBoosting, tune } from '../../index.js';
import { consecutive } from '../../lib/data/blocks/index.js';
import { RowReader, Rows } from '../../lib/data/rows/index.js';
import { columnName, GROUPS, WIDTH, writeTable } from './parquet-table.js';

type Row = Readonly<Record<string, unknown>>;

const EACH = WIDTH / GROUPS;

/** Ten columns of a row, and `sines` sines whose result is unused: what makes the feature costly. */
function columns(group: number, sines: number) {
  const names = Array.from({ length: EACH }, (_, c) => columnName(EACH * group + c));
  return dense(EACH, (rows: readonly Row[]) => {
    const values = new Float32Array(rows.length * EACH);
    rows.forEach((row, i) => {
      for (let c = 0; c < EACH; c++) values[i * EACH + c] = Number(row[names[c]]);
      let sum = 0;
      for (let k = 0; k < sines; k++) sum += Math.sin(values[i * EACH] + k);
      // So that no compiler leaves the sines out.
      values[i * EACH] += 1e-30 * sum;
    });
    return values;
  });
}

const features = define({
  first: columns(0, 10),
  second: columns(1, 20),
  third: columns(2, 40),
  fourth: columns(3, 80),
  fifth: columns(4, 160),
});

const labelOf = (row: Row) => Number(row.label);
const CERTIFY = 0.4;

/** What a step took: seconds of processor time, and megabytes that were resident at the most by its end. */
interface StepFigures {
  readonly cpuSeconds: number;
  readonly peak: number;
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const peakMegabytes = () => Math.round((1024 * process.resourceUsage().maxRSS) / 1e6);

async function tuned(path: string, seed: number) {
  const steps: Record<string, StepFigures> = {};
  let most = 0;
  let last: { readonly step: string; readonly at: number } | undefined;
  const begin = (step: string) => {
    if (step === last?.step) return;
    const at = cpuSeconds();
    if (last) steps[last.step] = { cpuSeconds: at - last.at, peak: peakMegabytes() };
    last = { step, at };
  };
  const cascade = await tune({
    features,
    rows: parquetRows(path),
    labels: labelOf,
    full: gradientBoosting(),
    bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
    split: { certify: CERTIFY },
    seed,
    onProgress({ step, share }) {
      begin(step);
      const peak = peakMegabytes();
      if (peak <= 1.05 * most) return;
      most = peak;
      process.stderr.write(`${step} ${share.toFixed(2)}: ${peak} MB, ${cpuSeconds().toFixed(0)} s\n`);
    },
  });
  begin('end');
  return {
    verdict: cascade.certificate.verdict,
    speedup: cascade.plan.expected.speedup,
    stages: cascade.plan.stages.length,
    steps,
  };
}

/** The features of the development rows, and one fit of the full model to them. */
async function fitted(path: string, seed: number) {
  const reader = new RowReader();
  const names = { rows: 'rows', labels: 'labels' };
  const all = await survey(names, { rows: parquetRows(path), labels: labelOf, numeric: false }, reader);
  const count = Math.round((1 - CERTIFY) * all.source.length);
  const rows = new Rows(all.source, consecutive(0, count));
  const named = await fitFeatures(features, rows, {});
  const blocks = await blocksOf(named, rows, {});
  const labels = Int32Array.from(all.labels ?? []).subarray(0, count);
  const learner = gradientBoosting();
  const started = performance.now();
  await learner.fit({ features: features.names, blocks, rows: count, classes: 2, labels }, { seed });
  return { fitSeconds: (performance.now() - started) / 1000 };
}

const [kind, path, count, seed] = process.argv.slice(2);
if (kind === 'write') writeTable(path, Number(count), Number(seed));
else {
  const started = performance.now();
  const figures = kind === 'tune' ? await tuned(path, Number(seed)) : await fitted(path, Number(seed));
  const json = {
    ...figures,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: cpuSeconds(),
    /** Kilobytes, at the most. */
    peak: process.resourceUsage().maxRSS,
  };
  process.stdout.write(JSON.stringify(json));
}
