import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodedRows, PartitionCounts, SketchedRow } from '../../cascades/internal.js';
import {
  decode,
  encode,
  list,
  naturalNumber,
  object,
  type Shape,
  text,
} from '../../lib/data/artifact/index.js';
import { ArtifactError, RunError } from '../../lib/errors.js';
import type { State } from '../../lib/util/state.js';
import { commitRunFile, type RunFolder } from '../run/index.js';
import { digestOf, readUnit, type Unit } from '../units/index.js';
import { type CertifiedBatch, partitionOf, unitName } from './certifiedBatch.js';
import { RecordFile } from './record.js';
import { blamed, UnitSource } from './source.js';

/** What is known of a unit that was scored. */
export interface UnitEvidence extends PartitionCounts {
  /** SHA-256 of what its rows were read of. */
  readonly source: string;
  /** SHA-256 of the file of its codes. */
  readonly codes: string;
  /** The rows that are drawn first, whatever the design. */
  readonly sketch: readonly SketchedRow[];
}

/** Rows of a sketch, at most: few samples take so many of one unit where there are many units. */
export const SKETCHED = 16;

const counts = list(naturalNumber);
const evidence: Shape<UnitEvidence> = object<UnitEvidence>({
  partition: text,
  rows: naturalNumber,
  leaving: counts,
  open: counts,
  source: text,
  codes: text,
  sketch: list(
    object({ index: naturalNumber, opens: naturalNumber, high: naturalNumber, low: naturalNumber }),
  ),
});

/** @returns undefined where the unit isn't scored yet */
export function unitEvidence({ folder }: CertifiedBatch, { key }: Unit): Promise<UnitEvidence | undefined> {
  return evidenceFile(folder, key).read();
}

function evidenceFile(folder: RunFolder, key: string): RecordFile<UnitEvidence> {
  return new RecordFile(join(folder.path, 'evidence'), `${key}.json`, evidence);
}

/**
 * Scores a unit by all stages, and commits its codes and counts. Nothing is done again where they stand.
 *
 * @throws PoisonRow, naming unit and row; RunError `changed` where the input changes meanwhile, `different` where
 *   others' codes of the unit stand
 */
export async function scoreUnit(batch: CertifiedBatch, unit: Unit): Promise<UnitEvidence> {
  const { folder, model, steps, claim, output, files, signal } = batch;
  const known = await unitEvidence(batch, unit);
  if (known !== undefined) return known;
  const source = await UnitSource.of(files, unit);
  const parts: CodedRows[] = [];
  for await (const { rows, from } of readUnit(unit, output, files)) {
    signal?.throwIfAborted();
    if (rows.length === 0) continue;
    parts.push(
      await blamed(
        unit,
        (row) => from + row,
        () => steps.score(model.rows(rows), signal),
      ),
    );
  }
  await source.check();
  const coded = steps.joined(parts);
  const bytes = encode(stateOfCodes(coded));
  const { outcome, standing } = await commitRunFile(
    join(folder.path, 'evidence'),
    `${unit.key}.codes`,
    async (file) => void file.end(bytes),
  );
  if (outcome === 'different') {
    throw new RunError(
      'different',
      `${unitName(unit)} was scored twice, with different answers of the stages: by a model that gives equal rows other ` +
        `answers, or '${join(folder.path, 'evidence', `${unit.key}.codes`)}' was changed. Remove that file, and run again`,
    );
  }
  return evidenceFile(folder, unit.key).commit({
    ...steps.counts(claim.seed, partitionOf(unit), coded, SKETCHED),
    source: source.digest,
    codes: standing,
  });
}

/** @throws RunError `damaged`, naming the unit */
export async function unitCodes(
  { folder }: CertifiedBatch,
  unit: Unit,
  { rows, codes }: UnitEvidence,
): Promise<CodedRows> {
  const path = join(folder.path, 'evidence', `${unit.key}.codes`);
  try {
    const bytes = await readFile(path).catch((cause: Error) => {
      throw new ArtifactError('unreadable', cause.message, { cause });
    });
    if (digestOf(bytes) !== codes) throw new ArtifactError('damaged', `it isn't what was committed`);
    return codesIn(decode(bytes), rows);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new RunError(
      'damaged',
      `${unitName(unit)}: ${error.message}. Remove '${path}' and the .json beside it, and score the unit again`,
      { cause: error },
    );
  }
}

function stateOfCodes({ rows, stages }: CodedRows): State {
  const tensors = stages.flatMap(({ answers, ranks }, s) => [
    [`answers ${s}`, answers] as const,
    [`ranks ${s}`, ranks] as const,
  ]);
  return { json: { rows, stages: stages.length }, tensors: Object.fromEntries(tensors) };
}

const header = object<{ rows: number; stages: number }>({ rows: naturalNumber, stages: naturalNumber });

function codesIn({ json, tensors }: State, expected: number): CodedRows {
  const { rows, stages } = header(json, 'codes');
  const codes = (name: string) => {
    const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    const isFit = (found instanceof Uint8Array || found instanceof Uint16Array) && found.length === rows;
    if (isFit && rows === expected) return found;
    throw new ArtifactError('damaged', `it has no ${name} of ${expected} rows`);
  };
  return {
    rows,
    stages: Array.from({ length: Math.min(stages, 256) }, (_, s) => ({
      answers: codes(`answers ${s}`),
      ranks: codes(`ranks ${s}`),
    })),
  };
}
