import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, atMost } from '../harness/checks.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { runCommand, type Took } from './command.js';
import type { Figure, ScaleBench } from './figure.js';
import { SPILLWAY } from './programs.js';

export const DRIVER = {
  loop: 'driver: processor time of one worker over a plain loop, 100,000 rows a unit',
  flights: 'driver: two workers over one, flights',
  texts: 'driver: two workers over one, features of texts',
  memory: 'driver: memory of all flights over that of a tenth',
} as const;

/** Of texts, so that both workers have several units. */
const TEXTS_A_UNIT = '3000';

/** `batch run` beside a loop that reads and writes the same, one worker beside two, and much data beside little. */
export async function driverFigure({ quick, folder, program, log }: ScaleBench): Promise<Figure> {
  const rounds = quick ? 1 : 3;
  const flights = join(folder, 'flights', '1');
  const run = async (model: string, file: string, workers: number, more: readonly string[] = []) =>
    runCommand([...runOf(model, [join(folder, file)], await emptied(folder), workers), ...more]);
  const took: Record<'loop' | 'one' | 'two', Took[]> = { loop: [], one: [], two: [] };
  log(`driver: ${rounds} rounds of flights by a loop, one worker and two`);
  await interleave(
    [
      async () => {
        const input = join(folder, 'flights.parquet');
        const output = await emptied(folder);
        took.loop.push(await runCommand([...program('loop'), join(flights, 'model.cascade'), input, output]));
      },
      async () => took.one.push(await run(flights, 'flights.parquet', 1)),
      async () => took.two.push(await run(flights, 'flights.parquet', 2)),
    ],
    rounds,
  );
  log('driver: fewer flights');
  const few = await run(flights, 'some.parquet', 2);
  log(`driver: ${rounds} rounds of texts by one worker and two`);
  const texts: Took[][] = [[], []];
  await interleave(
    texts.map(
      (into, i) => async () =>
        into.push(await run(join(folder, 'texts', '1'), 'texts.parquet', i + 1, ['--rows', TEXTS_A_UNIT])),
    ),
    rounds,
  );
  const seconds = (all: readonly Took[]) => all.map((each) => each.seconds);
  const cpu = (all: readonly Took[]) => all.map((each) => each.cpuSeconds);
  const peaks = took.two.map(({ peakMB }) => peakMB);
  return {
    json: { flights: took, few, texts: { one: texts[0], two: texts[1] } },
    checks: [
      atMost(DRIVER.loop, medianRatio(cpu(took.one), cpu(took.loop)), 1.05),
      atLeast(DRIVER.flights, medianRatio(seconds(took.one), seconds(took.two)), 1.35),
      atLeast(DRIVER.texts, medianRatio(seconds(texts[0]), seconds(texts[1])), 1.7),
      atMost(DRIVER.memory, Math.max(...peaks) / few.peakMB, 1.3),
    ],
  };
}

/** A run over files, into a folder. */
export function runOf(model: string, inputs: readonly string[], out: string, workers: number): string[] {
  const options = ['--out', out, '--workers', String(workers), '--key', 'id'];
  return [...SPILLWAY, 'batch', 'run', model, ...inputs, ...options];
}

/** An empty folder for a run's output. */
export function emptied(folder: string): Promise<string> {
  return mkdtemp(join(folder, 'run-'));
}
