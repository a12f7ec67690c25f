import { FeatureError, ModelError, PoisonRow, RunError } from '../../lib/errors.js';
import { inputStamp, type ParquetFiles, readUnit, sourceDigest, type Unit } from '../units/index.js';
import { type CertifiedBatch, unitName } from './certifiedBatch.js';

/** The bytes that a unit's rows are read of. They are hashed once, and again where the file was written to since. */
export class UnitSource {
  private stamp: string | undefined;

  /** @param digest SHA-256 of those that were scored */
  constructor(
    private readonly files: ParquetFiles,
    private readonly unit: Unit,
    readonly digest: string,
  ) {}

  /** The source of a unit that is to be scored. */
  static async of(files: ParquetFiles, unit: Unit): Promise<UnitSource> {
    const stamp = await inputStamp(unit.input.path);
    const source = new UnitSource(files, unit, await sourceDigest(unit, files));
    source.stamp = stamp;
    return source;
  }

  /** @throws RunError `changed`, naming the unit, where its bytes aren't those that were scored */
  async check(): Promise<void> {
    const stamp = await inputStamp(this.unit.input.path);
    if (stamp === this.stamp) return;
    if ((await sourceDigest(this.unit, this.files)) !== this.digest) throw changedUnit(this.unit);
    this.stamp = stamp;
  }
}

function changedUnit(unit: Unit): RunError {
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
  { output, files, signal }: CertifiedBatch,
  unit: Unit,
  positions: readonly number[],
  source: UnitSource,
): AsyncGenerator<readonly object[], void, void> {
  let found: object[] = [];
  let next = 0;
  for await (const { rows, from } of readUnit(unit, output, files)) {
    signal?.throwIfAborted();
    for (; next < positions.length && positions[next] < from + rows.length; next++) {
      found.push(rows[positions[next] - from]);
      if (found.length < ROUND) continue;
      await source.check();
      yield found;
      found = [];
    }
    if (next === positions.length) break;
  }
  if (next < positions.length) throw changedUnit(unit);
  if (found.length === 0) return;
  await source.check();
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
