import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { object, optional, text } from '../../lib/data/artifact/index.js';
import { RunError } from '../../lib/errors.js';
import { fileDigest } from '../../lib/util/files/committedFile.js';
import { type BatchInput, inputsOf, ParquetFiles, sourceDigest } from '../units/index.js';
import { type CommittedUnit, manifestText } from './manifest.js';
import { PLAN, planUnits, type RunPlan } from './plan.js';
import { readRecord, recordText } from './records.js';
import { MANIFEST, manifestWith, planIn } from './status.js';
import { RunFolder, recordsIn } from './store.js';

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
 * Reads all files of a run again, and, where they are named, its inputs, and compares them with what was committed; and
 * whether plan, records and manifest agree.
 *
 * @param inputs as the run had them
 * @throws OptionError, RunError
 */
export async function verifyRun(path: string, inputs?: readonly string[]): Promise<Verified> {
  const damaged = await damagedFiles(path);
  const isDamaged = new Set(damaged.map((each) => each.path));
  // Nothing else can be told of a folder without its plan.
  if (isDamaged.has(join(path, PLAN))) return { units: 0, changed: damaged };
  const plan = await planIn(path);
  const folder = new RunFolder(path);
  const found = inputs === undefined ? undefined : await inputsOf(inputs);
  const files = new Map(found?.map((input) => [input.name, input]));
  const parquet = new ParquetFiles();
  const changed: ChangedUnit[] = [...damaged, ...(await planFaults(path, plan, found))];
  const records: CommittedUnit[] = [];
  for (const [index, { input: at, ...planned }] of plan.units.entries()) {
    const { key } = planned;
    const { name } = plan.inputs[at];
    const unit = isDamaged.has(folder.recordPath(key)) ? undefined : await folder.recorded(key);
    if (unit === undefined) continue;
    records.push(unit);
    const output = folder.outputPath(key, plan.options.format);
    const digest = await fileDigest(output).catch((error: Error) => error.message);
    const wrong = (file: string, what: string) => changed.push({ key, input: name, path: file, what });
    if (unit.key !== key || unit.index !== index || unit.input !== name || !addsUp(unit))
      wrong(folder.recordPath(key), `isn't what was committed of unit ${index}: remove it, and run again`);
    if (digest !== unit.digest)
      wrong(output, `isn't what was committed (${digest}): remove it, and run again`);
    if (inputs === undefined) continue;
    const input = files.get(name);
    if (input === undefined) wrong(name, `isn't among the inputs`);
    else if ((await sourceDigest({ ...planned, index, input }, parquet).catch(() => '')) !== unit.source)
      wrong(input.path, 'has other rows than those that were answered');
  }
  const planned = new Set(plan.units.map(({ key }) => key));
  for (const key of await recordsIn(folder.done))
    if (!planned.has(key))
      changed.push(ofRun(folder.recordPath(key), 'is of no unit of the plan: remove it', key));
  if (!isDamaged.has(join(path, MANIFEST))) changed.push(...(await manifestFaults(path, plan, records)));
  return { units: records.length, changed };
}

/** Whatever a file of JSON holds beside this. */
const anyRecord = object({ codes: optional(text) });

/** Files of JSON whose content isn't that of their checksum, and what evidence is of that is beside it. */
async function damagedFiles(path: string): Promise<ChangedUnit[]> {
  const found: ChangedUnit[] = [];
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  for (const folder of [path, ...folders])
    for (const name of await recordsIn(folder)) {
      const file = join(folder, `${name}.json`);
      try {
        const codes = (await readRecord(file, anyRecord))?.codes;
        const beside = join(folder, `${name}.codes`);
        if (codes !== undefined && (await fileDigest(beside).catch(() => '')) !== codes)
          found.push(
            ofRun(beside, 'isn’t what was committed: remove it and the .json beside it, and run again', name),
          );
      } catch (error) {
        if (!(error instanceof RunError && error.reason === 'damaged')) throw error;
        found.push(ofRun(file, 'isn’t as it was written: its content isn’t that of its checksum', name));
      }
    }
  return found;
}

function ofRun(path: string, what: string, key = ''): ChangedUnit {
  return { key, input: '', path, what };
}

/** Whether counts of a unit's rows agree. */
function addsUp({ rows, exits, errors, degraded, verdict }: CommittedUnit): boolean {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return (
    sum(exits) + errors === rows &&
    sum(Object.values(verdict)) === rows &&
    errors === (verdict.error ?? 0) &&
    degraded === (verdict.degraded ?? 0)
  );
}

/** Whether units follow each other through all inputs; and are those that these inputs give. */
async function planFaults(
  path: string,
  { model, options, inputs, units }: RunPlan,
  found: readonly BatchInput[] | undefined,
): Promise<ChangedUnit[]> {
  const isSame =
    found?.length === inputs.length && found.every(({ identity }, i) => identity === inputs[i].identity);
  const keys = found && isSame ? (await planUnits(model, options, found)).map(({ key }) => key) : undefined;
  const isWhole = inputs.every(({ format, size }, input) => {
    const own = units.filter((unit) => unit.input === input);
    const isText = format === 'csv' || format === 'jsonl';
    const isJoined = own.every(({ from }, i) => i === 0 || from === own[i - 1].to);
    return (
      isJoined && (format === 'csv' || (own[0]?.from ?? 0) === 0) && (!isText || endsAt(own, format, size))
    );
  });
  const isRight = keys === undefined || keys.join() === units.map(({ key }) => key).join();
  if (isWhole && isRight) return [];
  return [
    ofRun(join(path, PLAN), 'leaves out rows of its inputs, or has some twice: begin in another folder'),
  ];
}

/** Of a CSV file without rows there is no unit. */
function endsAt(units: readonly { readonly to: number }[], format: string, size: number): boolean {
  return units.length === 0 ? format === 'csv' || size === 0 : units[units.length - 1].to === size;
}

/** A manifest may lack units that were committed since, as long as some are missing. */
async function manifestFaults(
  path: string,
  plan: RunPlan,
  records: readonly CommittedUnit[],
): Promise<ChangedUnit[]> {
  const file = join(path, MANIFEST);
  const text = await readFile(file, 'utf8').catch(() => '');
  const expected = recordText(MANIFEST, manifestText(await manifestWith(path, plan, records)));
  if (text === expected) return [];
  // The last line has the checksum.
  const lines = (of: string) =>
    of
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/,$/, ''));
  const known = new Set(lines(expected));
  const isPart = lines(text).every((line) => known.has(line));
  if (isPart && records.length < plan.units.length) return [];
  return [ofRun(file, "isn't the sum of the units' records: run again")];
}
