import { stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { RunError, TableError } from '../../lib/errors.js';
import type { Commitment } from '../../lib/util/files/committedFile.js';
import type { BatchModel } from '../model/index.js';
import { answerBatch } from '../score/index.js';
import { inputStamp, type ParquetFiles, readUnit, sourceDigest, type Unit } from '../units/index.js';
import type { OutputOptions } from './plan.js';
import { commitRecord } from './records.js';
import type { RunFolder } from './store.js';
import { AnswerTally } from './tally.js';
import { unitWriter } from './unitWriter.js';

/** What a unit is answered with. */
export interface UnitWork {
  readonly folder: RunFolder;
  readonly model: Pick<BatchModel, 'stages' | 'classes'> & Parameters<typeof answerBatch>[0];
  readonly options: OutputOptions;
  readonly files: ParquetFiles;
  /** Whether answers to the same rows may differ: the full model isn't in the artifact, or a feature is live. */
  readonly mayDiffer: boolean;
  /** Called before each batch, with the position of its first row in the unit. */
  readonly onBatch: (row: number) => void;
  readonly signal: AbortSignal;
}

/** What became of a unit: see `Commitment`. `found`: it was committed before. */
export type UnitOutcome = 'first' | 'same' | 'different' | 'found';

/**
 * Answers a unit's rows, and commits the output, then what is to be known of it. The first output stands, unless nobody
 * can tell of which rows it is.
 *
 * @throws RunError `unwritable`; `unreadable`; `changed` where the input was written to meanwhile; `different` where
 * another output stands though answers are the same whoever gives them; PoisonRow; TableError
 */
export async function answerUnit(unit: Unit, work: UnitWork): Promise<UnitOutcome> {
  const { folder, options } = work;
  const { key, index, input } = unit;
  const before = await folder.recorded(key);
  if (before !== undefined) {
    if (await folder.hasOutput(before, options.format)) return 'found';
    await folder.forget(key, options.format);
  }
  const path = folder.outputPath(key, options.format);
  // Of a run that ended before it wrote the record, or is about to: its rows may have been others.
  const isLeft = await stat(path).then(
    () => true,
    () => false,
  );
  const tally = new AnswerTally(work.model.stages);
  let source = '';
  const { outcome, written, standing, bytes } = await folder.commitOutput(
    key,
    options.format,
    async (file) => {
      source = await writeAnswers(unit, work, tally, file);
    },
  );
  if (outcome === 'different') {
    const now = await folder.recorded(key);
    if (now === undefined && isLeft) {
      await folder.forget(key, options.format);
      return answerUnit(unit, work);
    }
    if (now !== undefined && now.source !== source) throw changedInput(input.path);
    await noteDifferent(unit, work, { written, standing });
    return outcome;
  }
  const totals = { input: input.name, source, digest: standing, bytes, ...tally.totals };
  const record = await folder.commitRecord({ key, index, ...totals });
  if (record.outcome !== 'different') return outcome;
  await folder.forget(key, options.format);
  return answerUnit(unit, work);
}

/** @returns the digest of what the rows were read of */
async function writeAnswers(
  unit: Unit,
  { model, options, files, signal, onBatch }: UnitWork,
  tally: AnswerTally,
  file: Writable,
): Promise<string> {
  const { scores, errors, onFault } = options;
  try {
    const writer = await unitWriter(file, unit, options, model.classes, files);
    for await (const batch of readUnit(unit, options, files)) {
      signal.throwIfAborted();
      onBatch(batch.from);
      const answers = await answerBatch(model, batch, { scores, errors, onFault, signal });
      tally.add(answers);
      await writer.write(batch, answers);
    }
    await writer.end();
    const source = await sourceDigest(unit, files);
    if ((await inputStamp(unit.input.path)) === unit.input.stamp) return source;
  } catch (error) {
    // Of a file that is being written, anything may be read.
    if ((await inputStamp(unit.input.path).catch(() => '')) === unit.input.stamp) throw readingError(error);
  }
  throw changedInput(unit.input.path);
}

/** A file that the system can't read isn't a file with wrong rows. */
function readingError(error: unknown): unknown {
  const isSystem = error instanceof TableError && error.cause instanceof Error && 'syscall' in error.cause;
  return isSystem ? new RunError('unreadable', error.message, { cause: error }) : error;
}

/** Another run's output stands, and it has written its record or will. */
async function noteDifferent(
  { key, input }: Unit,
  { folder, options, mayDiffer }: UnitWork,
  digests: Pick<Commitment, 'written' | 'standing'>,
): Promise<void> {
  const { written, standing } = digests;
  if (!mayDiffer)
    throw new RunError(
      'different',
      `unit ${key} of ${input.name} has the output ${folder.outputPath(key, options.format)} with digest ${standing}, and ` +
        `was answered again with digest ${written}: its features or its model don’t give the same answers twice`,
    );
  const name = `${key}-${written.slice(0, 16)}.json`;
  await commitRecord(folder.different, name, JSON.stringify(digests));
}

export function changedInput(path: string): RunError {
  return new RunError(
    'changed',
    `${path} was changed while its rows were answered, and none of these answers is kept: run again once it is whole`,
  );
}
