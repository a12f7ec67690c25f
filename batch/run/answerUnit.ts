import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openReader, openWriter } from '../formats/index.js';
import type { BatchModel } from '../model/index.js';
import { answerBatch } from '../score/index.js';
import {
  columnTypes,
  inputStamp,
  type ParquetFiles,
  readUnit,
  sourceDigest,
  type Unit,
} from '../units/index.js';
import { commitFile, fileDigest } from './commit.js';
import { type CommittedUnit, type RunTotals, unitText } from './manifest.js';
import type { OutputOptions } from './plan.js';
import { RunError } from './runError.js';
import { outputName, type RunFolder } from './store.js';
import { AnswerTally } from './tally.js';

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
 * Answers a unit's rows, and commits the output, then what is to be known of it. The first output stands.
 *
 * @throws RunError `unwritable`; `changed` where the input was written to meanwhile; `different` where another output
 * stands though answers are the same whoever gives them; PoisonRow; TableError
 */
export async function answerUnit(unit: Unit, work: UnitWork): Promise<UnitOutcome> {
  const { folder, options, mayDiffer, files } = work;
  const { format } = options;
  if ((await folder.committed(unit.key, format)) !== undefined) return 'found';
  const path = folder.outputPath(unit.key, format);
  // Of a run that ended between the two, or of one beside this that is about to write the second.
  if (await isThere(path)) {
    const output = { digest: await fileDigest(path), bytes: (await stat(path)).size };
    await commitUnit(unit, work, output, await totalsWritten(path, work), await unchangedSource(unit, files));
    return 'found';
  }
  let source = '';
  const tally = new AnswerTally(work.model.stages);
  const { outcome, written, standing, bytes } = await commitFile(
    folder.units,
    outputName(unit.key, format),
    async (file) => {
      const writer = openWriter(format, file, {
        ...(options.key !== undefined && { key: options.key }),
        ...(options.prefix !== undefined && { prefix: options.prefix }),
        scores: options.scores,
        errors: options.errors === 'column',
        classes: work.model.classes,
        columns: await columnTypes(unit.input, options, files),
      });
      try {
        for await (const batch of readUnit(unit, options, files)) {
          work.signal.throwIfAborted();
          work.onBatch(batch.from);
          const answers = await answerBatch(work.model, batch, {
            scores: options.scores,
            errors: options.errors,
            signal: work.signal,
          });
          tally.add(answers);
          await writer.write(batch, answers);
        }
      } catch (error) {
        // Of a file that is being written, anything may be read.
        if ((await inputStamp(unit.input.path).catch(() => '')) === unit.input.stamp) throw error;
        throw changedInput(unit.input.path);
      }
      await writer.end();
      source = await unchangedSource(unit, files);
    },
  );
  if (outcome === 'different' && !mayDiffer)
    throw new RunError(
      'different',
      `unit ${unit.key} of ${unit.input.name} has the output ${path} with digest ${standing}, and was answered again with ` +
        `digest ${written}: its features or its model don’t give the same answers twice`,
    );
  if (outcome === 'different') {
    const name = `${unit.key}-${written.slice(0, 16)}.json`;
    await commitFile(
      folder.different,
      name,
      async (file) => void file.write(JSON.stringify({ written, standing })),
    );
  }
  const totals = outcome === 'different' ? await totalsWritten(path, work) : tally.totals;
  await commitUnit(unit, work, { digest: standing, bytes }, totals, source);
  return outcome;
}

async function commitUnit(
  { key, index, input }: Unit,
  { folder }: UnitWork,
  output: Pick<CommittedUnit, 'digest' | 'bytes'>,
  totals: RunTotals,
  source: string,
): Promise<void> {
  const text = unitText({ key, index, input: input.name, source, ...output, ...totals });
  await commitFile(folder.done, `${key}.json`, async (file) => void file.write(text));
}

/** What an output holds. */
async function totalsWritten(path: string, { options, model }: UnitWork): Promise<RunTotals> {
  const tally = new AnswerTally(model.stages);
  for await (const batch of openReader(options.format, createReadStream(path)))
    tally.addWritten(batch, options.prefix);
  return tally.totals;
}

/** The digest of what a unit was read of. @throws RunError `changed` */
async function unchangedSource(unit: Unit, files: ParquetFiles): Promise<string> {
  const source = await sourceDigest(unit, files);
  if ((await inputStamp(unit.input.path)) === unit.input.stamp) return source;
  throw changedInput(unit.input.path);
}

export function changedInput(path: string): RunError {
  return new RunError(
    'changed',
    `${path} was changed while its rows were answered, and none of these answers is kept: run again once it is whole`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
