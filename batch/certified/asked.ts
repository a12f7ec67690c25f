import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { list, naturalNumber, object } from '../../lib/data/artifact/index.js';
import { RunError } from '../../lib/errors.js';
import type { Unit } from '../units/index.js';
import { type CertifiedBatch, unitName } from './certifiedBatch.js';
import { NO_REMEDY, RecordFile } from './record.js';
import { blamed, rowsOfUnit, type UnitSource } from './source.js';

/** Rows that the full model answers before their answers are committed: what a kill can cost. */
const PIECE = 512;

/** Rows of a unit, and the full model's classes. */
interface Asked {
  readonly rows: readonly number[];
  readonly answers: readonly number[];
}

const asked = object<Asked>({ rows: list(naturalNumber), answers: list(naturalNumber) });

/** What the full model is asked for: a row of the sample, or one that no stage may answer. */
export type Reason = 'sample' | 'rest';

/**
 * The full model's answers to rows of a unit. They are committed piece by piece: a row whose answer stands is never
 * asked about again.
 *
 * @param rows positions, ascending
 * @throws PoisonRow, naming unit and row; RunError `changed`
 */
export async function askedAnswers(
  batch: CertifiedBatch,
  unit: Unit,
  reason: Reason,
  rows: readonly number[],
  source: UnitSource,
): Promise<Float64Array> {
  const pieces = piecesIn(batch, unit, reason, rows);
  const answers: (readonly number[] | undefined)[] = [];
  for (const piece of pieces) answers.push(await standing(unit, piece));
  const open = [...pieces.keys()].filter((p) => answers[p] === undefined);
  const wanted = open.flatMap((p) => pieces[p].rows);
  let held: object[] = [];
  const ask = async (p: number) => {
    const { rows: own, file } = pieces[p];
    const given = held.slice(0, own.length);
    held = held.slice(own.length);
    const classes = await blamed(
      unit,
      (row) => own[row],
      () => batch.steps.ask(batch.model.rows(given), batch.signal),
    );
    await file.commit({ rows: own, answers: [...classes] });
    answers[p] = await standing(unit, pieces[p]);
  };
  let next = 0;
  if (wanted.length > 0)
    for await (const found of rowsOfUnit(batch, unit, wanted, source)) {
      held = held.concat(found);
      for (; next < open.length && held.length >= pieces[open[next]].rows.length; next++)
        await ask(open[next]);
    }
  return Float64Array.from(answers.flatMap((each) => each ?? []));
}

/** The answers that stand; undefined where some are still to come. */
export async function standingAnswers(
  batch: CertifiedBatch,
  unit: Unit,
  reason: Reason,
  rows: readonly number[],
): Promise<Float64Array | undefined> {
  const answers: number[] = [];
  for (const piece of piecesIn(batch, unit, reason, rows)) {
    const found = await standing(unit, piece);
    if (found === undefined) return undefined;
    answers.push(...found);
  }
  return Float64Array.from(answers);
}

/** Removes answers that only outputs need: once all outputs stand, and no process can ask for them again. */
export async function forgetRest({ folder }: CertifiedBatch): Promise<void> {
  const path = join(folder.path, 'asked');
  for (const name of await readdir(path))
    if (/-rest-\d+\.json$/.test(name)) await rm(join(path, name), { force: true });
}

interface Piece {
  readonly rows: readonly number[];
  /** In number. */
  readonly classes: number;
  readonly file: RecordFile<Asked>;
}

function piecesIn(
  { folder, model }: CertifiedBatch,
  { key }: Unit,
  reason: Reason,
  rows: readonly number[],
): readonly Piece[] {
  // A row of the sample that is asked again may have another answer than the one that was tested.
  const remedy = reason === 'sample' ? NO_REMEDY : undefined;
  return Array.from({ length: Math.ceil(rows.length / PIECE) }, (_, p) => ({
    rows: rows.slice(p * PIECE, (p + 1) * PIECE),
    classes: model.classes.length,
    file: new RecordFile(join(folder.path, 'asked'), `${key}-${reason}-${p}.json`, asked, remedy),
  }));
}

/** @throws RunError `damaged` for answers to other rows, or of other classes */
async function standing(unit: Unit, { rows, classes, file }: Piece): Promise<readonly number[] | undefined> {
  const found = await file.read();
  if (found === undefined) return undefined;
  const isOfRows = found.answers.length === rows.length && found.rows.join() === rows.join();
  if (isOfRows && found.answers.every((answer) => answer < classes)) return found.answers;
  throw new RunError(
    'damaged',
    `${unitName(unit)}: '${file.path}' has answers to other rows, or of other classes, than were asked for. What the folder ` +
      'holds has been changed: begin again in an empty one',
  );
}
