import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from 'simple-statistics';
import { define, dense, logisticRegression, tune } from 'spillway';
import { type GaussianRow, gaussianWorld } from 'spillway/datasets';
import { hasBrowser, launch } from '../../test/support/browser.js';
import { atMost, below, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import type { Peer } from '../harness/peers.js';

/** The report of a million rows: how large it is, and how soon its slider answers in a browser. */
export const report: Workload = { peers: () => [{ peer: CHROMIUM, checks: [ANSWERS] }], run };

const CHROMIUM: Peer = {
  name: 'Chromium',
  install: 'apt-get install chromium',
  missing: () => (hasBrowser ? undefined : 'no Chromium here'),
};
const ANSWERS = 'seconds from opening the page until its slider has answered';

const ROWS = 1_000_000;
const OPENINGS = 9;

async function run({ seeds: [seed = 1] = [], quick, log }: RunOptions) {
  const count = quick ? 20_000 : ROWS;
  const { rows, labels } = gaussianWorld({ rows: count, seed });
  const flat = (all: readonly Float32Array[]) => {
    const out = new Float32Array(all.length * 2);
    all.forEach((values, row) => {
      out.set(values, 2 * row);
    });
    return out;
  };
  const features = define({
    cheap: dense(2, (all: readonly GaussianRow[]) => flat(all.map((row) => row.cheap))),
    costly: dense(2, (all: readonly GaussianRow[]) => {
      for (let i = 0; i < 2_000 * all.length; i++) Math.sqrt(i);
      return flat(all.map((row) => row.costly));
    }),
  });
  log(`tuning on ${count} rows`);
  const cascade = await tune({
    features,
    rows,
    labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
    split: { folds: 2 },
    seed,
  });
  log('answering and drawing');
  const started = performance.now();
  const page = await cascade.report({
    // Every row is answered twice, by the cascade and by the full model.
    hardest: { rows, labels, show: ({ cheap, costly }) => `${cheap}; ${costly}` },
  });
  const drawnMs = performance.now() - started;
  const openings = hasBrowser ? await openingsOf(page) : [];
  const size = Buffer.byteLength(page) / 1e6;
  const checks = [
    atMost('megabytes of the page', size, 1),
    openings.length > 0
      ? below(ANSWERS, median(openings) / 1000, 1)
      : leftOut(ANSWERS, '< 1', 'no Chromium here'),
  ];
  const json = {
    workload: 'report',
    quick,
    machine: machine(),
    versions: versions(),
    rows: count,
    size,
    drawnMs,
    openings,
    checks,
  };
  const table = columns([
    ['rows', 'megabytes', 'drawn in', 'slider answers after'],
    [
      String(count),
      size.toFixed(2),
      `${(drawnMs / 1000).toFixed(1)} s`,
      openings.length > 0 ? `${(median(openings) / 1000).toFixed(2)} s` : '–',
    ],
  ]);
  return { json, table };
}

/** Milliseconds from navigation until a move of the slider shows, of fresh pages of one browser. */
async function openingsOf(text: string): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-report-'));
  const browser = await launch();
  try {
    const path = join(folder, 'report.html');
    await writeFile(path, text);
    const times: number[] = [];
    for (let i = 0; i < OPENINGS; i++) {
      const page = await browser.newPage();
      const start = performance.now();
      await page.goto(pathToFileURL(path).href);
      await page.locator('#epsilon').fill('0');
      await page.locator('#as-served:enabled').waitFor();
      times.push(performance.now() - start);
      await page.close();
    }
    return times;
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}
