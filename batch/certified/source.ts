import { FeatureError, ModelError, PoisonRow } from '../../lib/errors.js';
import { RunError } from '../run/index.js';
import { readUnit, sourceDigest, type Unit } from '../units/index.js';
import { type CertifiedBatch, unitName } from './certifiedBatch.js';

/** @throws RunError `changed`, naming the unit, where its bytes aren't those that were scored */
export async function checkScored(unit: Unit, scored: string): Promise<void> {
  if ((await sourceDigest(unit)) === scored) return;
  throw changedUnit(unit);
}

export function changedUnit(unit: Unit): RunError {
  return new RunError(
    'changed',
    `${unitName(unit)} isn't what was scored any more: what is certified of this batch is void. Bring the input back, or ` +
      'begin again in an empty folder',
  );
}

/** Rows that are read before their source is compared. */
const ROUND = 4_096;

/**
 * Rows of a unit by their positions, in rounds; each round is compared with what was scored before it is given.
 *
 * @param positions ascending
 * @throws RunError `changed`
 */
export async function* rowsOfUnit(
  { output, signal }: CertifiedBatch,
  unit: Unit,
  positions: readonly number[],
  scored: string,
): AsyncGenerator<readonly object[], void, void> {
  let found: object[] = [];
  let next = 0;
  for await (const { rows, from } of readUnit(unit, output)) {
    signal?.throwIfAborted();
    for (; next < positions.length && positions[next] < from + rows.length; next++) {
      found.push(rows[positions[next] - from]);
      if (found.length < ROUND) continue;
      await checkScored(unit, scored);
      yield found;
      found = [];
    }
    if (next === positions.length) break;
  }
  if (next < positions.length) throw changedUnit(unit);
  if (found.length === 0) return;
  await checkScored(unit, scored);
  yield found;
}

/** Errors name the unit and the row's position in it. @param at positions of the rows that are worked on */
export async function blamed<T>(unit: Unit, at: (row: number) => number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const row =
      error instanceof FeatureError || error instanceof ModelError || error instanceof PoisonRow
        ? error.row
        : undefined;
    if (row === undefined || !(error instanceof Error)) throw error;
    throw new PoisonRow(at(row), `of ${unitName(unit)}: ${error.message}`);
  }
}
