import { type Block, consecutive, difference } from '../../../lib/data/blocks/index.js';
import type { Rows } from '../../../lib/data/rows/index.js';
import { UnstableFeature } from '../../../lib/errors.js';
import { type FeatureSet, RowView, sameWithin, TOLERANCE } from '../../../lib/features/define/index.js';
import { computeAll, type NamedFeature, runAsync } from '../../../lib/run/runtime/index.js';
import type { Tracker } from '../../scoring/index.js';
import { type Versions, wholeName } from './versions.js';

const COMPARED = 32;

/** Rows on which features in steps are compared with themselves: the first of all. */
export function nestedRows(count: number): Int32Array {
  return consecutive(0, Math.min(COMPARED, count));
}

/**
 * Compares features that go on from their versions with the same alone.
 *
 * @throws UnstableFeature where a number differs
 */
export async function checkNested<Row>(
  { set, measured }: Versions<Row>,
  fitted: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  tracker: Tracker,
): Promise<void> {
  const wholes = fitted.filter(({ name }) => set.names.includes(wholeName(name)));
  if (wholes.length === 0) return;
  const alone = await firstBlocks(wholes, rows, tracker);
  const steps = await firstBlocks(measured, rows, tracker);
  wholes.forEach(({ name }, f) => {
    const after = steps[measured.findIndex((step) => step.name === wholeName(name))];
    refuseOther(name, set, rows, alone[f], 'alone', after, 'after its cheaper versions');
  });
}

/**
 * Compares versions, and features that go on from them, with what they were when more versions stood before them.
 *
 * @param served those that stages read, of features of which there were more
 * @param blockOf what models were fitted to: of the rows, by the name of a version or a feature
 * @throws UnstableFeature where a number differs
 */
export async function checkServed<Row>(
  { set, measured }: Versions<Row>,
  blockOf: (name: string) => Block | undefined,
  rows: Rows<Row>,
  tracker: Tracker,
): Promise<void> {
  if (measured.length === 0) return;
  const blocks = await firstBlocks(measured, rows, tracker);
  measured.forEach((step, f) => {
    const name = step.name.endsWith(wholeName('')) ? step.name.slice(0, -1) : step.name;
    const tuned = blockOf(name);
    if (tuned === undefined || set.get(step.name).live === true) return;
    refuseOther(name, set, rows, tuned, 'as tuned', blocks[f], 'as served, without other versions');
  });
}

/** Features of the first rows, all together. */
async function firstBlocks<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  { signal, requests }: Tracker,
): Promise<readonly Block[]> {
  const taken = await rows.take(nestedRows(rows.length), signal);
  const computing = { origin: (row: number) => rows.origin[row], onRequest: requests?.feature };
  return runAsync(computeAll(features, RowView.of(taken), computing));
}

function refuseOther<Row>(
  name: string,
  set: FeatureSet<Row>,
  { origin, length }: Rows<Row>,
  before: Block,
  how: string,
  after: Block,
  otherwise: string,
): void {
  const { tolerance = TOLERANCE } = set.get(name);
  const isSame = (a: number, b: number) => sameWithin(a, b, tolerance);
  const compared = nestedRows(length);
  for (const row of compared) {
    const found = difference(before, row, after, row, isSame);
    if (found === undefined) continue;
    const { column, one, other } = found;
    throw new UnstableFeature(
      name,
      origin[row],
      `column ${column} is ${one} ${how}, and ${other} ${otherwise} (tolerance ${tolerance}). A step of a feature must ` +
        "give the same after any others, and the last one what the feature gives: correct 'fidelities', or set tune's " +
        'fidelities: false',
      { column, batch: one, alone: other, rows: compared.length, tolerance },
    );
  }
}
