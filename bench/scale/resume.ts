import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { atMost, type Check } from '../harness/checks.js';
import { runCommand } from './command.js';
import { emptied, runOf } from './driver.js';
import type { Figure, ScaleBench } from './figure.js';

export const RESUME = 'resume: a finished run of a minute, share of its time';

/** Files of all flights that make a run of a minute or more on one worker. */
const FILES = 6;
const MINUTE = 60;

/** A run that is finished, run again: nothing but its inputs and outputs says so. */
export async function resumeFigure({ quick, folder, log }: ScaleBench): Promise<Figure> {
  const inputs = await copies(folder, quick ? 1 : FILES);
  const command = runOf(join(folder, 'flights', '1'), inputs, await emptied(folder), 1);
  log(`resume: ${inputs.length} files, and again`);
  const first = await runCommand(command);
  const again = await runCommand(command);
  const check: Check = atMost(RESUME, again.seconds / first.seconds, 0.02);
  // A shorter run says nothing of a longer one: the start of Node is most of it.
  const checks = first.seconds < MINUTE && !quick ? [{ ...check, ok: false }] : [check];
  return { json: { files: inputs.length, first, again }, checks };
}

/** The flights under several names. */
export async function copies(folder: string, count: number): Promise<string[]> {
  const into = await emptied(folder);
  const names = Array.from({ length: count }, (_, i) => join(into, `flights-${i + 1}.parquet`));
  for (const name of names) await link(join(folder, 'flights.parquet'), name);
  return names;
}
