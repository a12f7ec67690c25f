import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { CLUSTER } from '../peers/known.js';
import { columnsFigure } from './columns.js';
import { runCommand } from './command.js';
import { driverFigure } from './driver.js';
import { ENGINES, enginesFigure } from './engines.js';
import type { Figure, ScaleBench } from './figure.js';
import { filterFigure } from './filter.js';
import { killsFigure } from './kills.js';
import { buildPrograms } from './programs.js';
import { resumeFigure } from './resume.js';

/** Tables by column, the filter, runs over files and the engines that drive the filter: what each costs. */
export const scale: Workload = {
  peers: () => [{ peer: CLUSTER, checks: Object.values(ENGINES) }],
  run,
};

/** In their order. */
const FIGURES: Readonly<Record<string, (bench: ScaleBench) => Promise<Figure>>> = {
  columns: columnsFigure,
  filter: filterFigure,
  driver: driverFigure,
  resume: resumeFigure,
  kills: killsFigure,
  engines: enginesFigure,
};

/** Flights in all, few of them, those that the filter is timed on, and mails. */
const ROWS = { whole: [3_000_000, 300_000, 1_000_000, 240_000], quick: [60_000, 20_000, 20_000, 2_000] };

async function run({ quick, cases = Object.keys(FIGURES), log }: RunOptions) {
  const unknown = cases.find((name) => !Object.hasOwn(FIGURES, name));
  if (unknown !== undefined)
    throw new Error(`no part is named '${unknown}'; there are ${Object.keys(FIGURES).join(', ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'spillway-scale-'));
  try {
    const bench: ScaleBench = { quick, folder, program: await buildPrograms(folder), log };
    const [flights, some, filtered, mails] = (quick ? ROWS.quick : ROWS.whole).map(String);
    if (cases.some((name) => name !== 'columns')) {
      log(`files: ${flights} flights and a cascade for them`);
      await runCommand([...bench.program('flights'), folder, flights, some, filtered]);
    }
    if (cases.includes('driver')) {
      log(`files: ${mails} mails and a cascade for them`);
      await runCommand([...bench.program('texts'), folder, mails]);
    }
    const figures: Record<string, Figure> = {};
    for (const name of cases) figures[name] = await FIGURES[name](bench);
    const json = {
      workload: 'scale',
      quick,
      machine: machine(),
      versions: versions(),
      ...Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure.json])),
      checks: Object.values(figures).flatMap(({ checks }) => checks),
    };
    return { json, table: JSON.stringify(json, undefined, 2) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
