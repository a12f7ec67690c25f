import { OptionError } from '../../lib/errors.js';
import { inputsOf, ParquetFiles, sourceDigest } from '../units/index.js';
import { fileDigest } from './commit.js';
import { readPlan } from './plan.js';
import { RunFolder } from './store.js';

/** A unit that isn't what it was when it was committed. */
export interface ChangedUnit {
  readonly key: string;
  readonly input: string;
  /** The file that has changed. */
  readonly path: string;
  readonly what: string;
}

/** What became of a run's files. */
export interface Verified {
  /** Committed units. */
  readonly units: number;
  readonly changed: readonly ChangedUnit[];
}

/**
 * Reads a run's outputs again, and, where they are named, its inputs, and compares them with what was committed.
 *
 * @param inputs as the run had them
 * @throws OptionError, RunError
 */
export async function verifyRun(path: string, inputs?: readonly string[]): Promise<Verified> {
  const plan = await readPlan(path);
  if (plan === undefined) throw new OptionError('DIR', `${path} holds no run: it has no plan.json`);
  const folder = new RunFolder(path);
  const files = new Map(
    (inputs === undefined ? [] : await inputsOf(inputs)).map((input) => [input.name, input]),
  );
  const parquet = new ParquetFiles();
  const changed: ChangedUnit[] = [];
  let count = 0;
  for (const [index, { input: at, ...planned }] of plan.units.entries()) {
    const { key } = planned;
    const unit = await folder.recorded(key);
    if (unit === undefined) continue;
    count++;
    const output = folder.outputPath(key, plan.options.format);
    const digest = await fileDigest(output).catch((error: Error) => error.message);
    const wrong = (file: string, what: string) => changed.push({ key, input: unit.input, path: file, what });
    if (digest !== unit.digest)
      wrong(output, `isn't what was committed (${digest}): remove it, and run again`);
    if (inputs === undefined) continue;
    const input = files.get(plan.inputs[at].name);
    if (input === undefined) wrong(plan.inputs[at].name, `isn't among the inputs`);
    else if (
      (await sourceDigest({ ...planned, index, input }, parquet).catch(() => '')) !== unit.source
    )
      wrong(input.path, 'has other rows than those that were answered');
  }
  return { units: count, changed };
}
