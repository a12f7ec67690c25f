import { REFERENCE_ROWS } from '#hints';
import { show } from '../../lib/check.js';
import {
  flag,
  list,
  naturalNumber,
  nullable,
  object,
  optional,
  text,
  wrong,
} from '../../lib/data/artifact/index.js';
import { type Block, denseBlock, difference } from '../../lib/data/blocks/index.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import {
  type FeatureSet,
  type FidelityNames,
  fidelityOf,
  RowView,
  sameWithin,
  TOLERANCE,
} from '../../lib/features/define/index.js';
import { computeAll, type NamedFeature, runAsync } from '../../lib/run/runtime/index.js';
import type { State, Tensor } from '../../lib/util/state.js';
import { findReference, type Reference } from '../plan/index.js';
import type { Stability } from '../types/index.js';
import { keptRows, restoredRows } from './keptRows.js';

/** The reference rows of a file: their values, the rows themselves as well, or neither. */
export type ReferenceKept = 'values' | 'rows' | 'none';

export const REFERENCE_KEPT: readonly ReferenceKept[] = ['values', 'rows', 'none'];

/**
 * @throws ArtifactError if rows should be kept but can't: they aren't plain data, or aren't
 * available
 */
export function referenceState(reference: Reference, kept: ReferenceKept): State {
  const { positions, of, identities, blocks } = reference;
  const tensors: Record<string, Tensor> = {};
  const sparse = blocks.map((block, f) => {
    tensors[`values ${f}`] = block.values;
    if (block.kind === 'dense') return false;
    tensors[`offsets ${f}`] = block.offsets;
    tensors[`indices ${f}`] = block.indices;
    return true;
  });
  if (kept === 'rows' && reference.rows === undefined) {
    throw new ArtifactError(
      'unsavable',
      "can't save reference rows: this cascade was loaded from a file without them; load it with rows, or save without",
    );
  }
  const rows = kept === 'rows' && reference.rows ? keptRows(reference.rows, positions) : {};
  return { json: { positions, of, identities, sparse, ...rows }, tensors };
}

/**
 * @param all columns of features, and of fidelities after them
 * @param features how many of these are features: a file may have no values of fidelities
 * @throws ArtifactError if the state isn't one of reference rows of features with these numbers of
 * columns
 */
export function loadReference(
  { json, tensors }: State,
  all: readonly number[],
  features = all.length,
): Reference {
  const { positions, of, identities, sparse, rows, beyond } = stored(json, what);
  const here = positions.length;
  const columns = sparse.length === features ? all.slice(0, features) : all;
  if (identities.length !== here || sparse.length !== columns.length || (rows && rows.length !== here))
    throw wrong(what, json, `${here} identities and rows, and ${columns.length} features`);
  if (positions.some((position) => position >= of)) throw wrong(what, json, `positions below ${of}`);
  const blocks = columns.map((width, f): Block => {
    const values = tensors[`values ${f}`];
    const place = `the values of feature ${f} for ${what}`;
    if (!(values instanceof Float32Array)) throw wrong(place, values, 'a Float32Array');
    if (!sparse[f]) {
      if (values.length !== here * width) throw wrong(place, values, `${here} x ${width} numbers`);
      return denseBlock(here, width, values);
    }
    const [offsets, indices] = [tensors[`offsets ${f}`], tensors[`indices ${f}`]];
    if (
      !(offsets instanceof Uint32Array && indices instanceof Uint32Array) ||
      offsets.length !== here + 1 ||
      offsets.some((offset, row) => (row === 0 ? offset !== 0 : offset < offsets[row - 1])) ||
      offsets[here] !== values.length ||
      indices.length !== values.length ||
      indices.some((column) => column >= width)
    ) {
      throw wrong(place, values, 'a block in compressed sparse rows');
    }
    return { kind: 'sparse', rows: here, columns: width, offsets, indices, values };
  });
  return { positions, of, identities, blocks, rows: rows && restoredRows(rows, beyond) };
}

/** The rows themselves, where the file has them. @throws ArtifactError if the state isn't one of reference rows */
export function rowsOfReference({ json }: State): readonly unknown[] {
  const { rows = [], beyond } = stored(json, what);
  return restoredRows(rows, beyond);
}

const what = 'the reference rows';
const stored = object({
  positions: list(naturalNumber),
  of: naturalNumber,
  identities: list(nullable(text)),
  sparse: list(flag),
  rows: optional(list((row: unknown) => row)),
  beyond: optional((values: unknown) => values),
});

/** The result of comparing features with a file's reference rows. */
export interface Checked {
  /** The number of reference rows that were compared: 0 if none were available, or all features are live. */
  readonly rows: number;
  /** Features that give other values than they did, and that in words. */
  readonly features: readonly string[];
  readonly changes: readonly string[];
  /** The reference, with its rows where they were found. */
  readonly reference: Reference | undefined;
}

/** How the promise compares features, as the certificate states it. */
type CertifiedComparison = Pick<Stability, 'tolerance' | 'live'>;

/**
 * Computes features on reference rows and compares with the values they had when the cascade was made.
 *
 * @param given rows among which the reference rows are; where there are none, those that the file holds
 * @param fitted in the order of the reference's blocks
 * @param fidelities among these
 * @param renewed features whose definition is another: of these it says so
 * @param certified the certified tolerances, and what isn't compared: a definition that allows more
 * doesn't change them
 * @throws OptionError if none of the given rows is a reference row, or the file has no values of any
 */
export async function checkFeatures<Row>(
  path: string,
  reference: Reference | undefined,
  fitted: readonly NamedFeature<Row>[],
  features: FeatureSet<Row>,
  fidelities: FidelityNames,
  given: readonly Row[] | undefined,
  renewed: readonly string[] = [],
  { tolerance, live }: CertifiedComparison = { tolerance: {}, live: [] },
): Promise<Checked> {
  if (given !== undefined && !Array.isArray(given))
    throw new OptionError('rows', `expected an array of rows, got ${show(given)}`);
  if (given !== undefined && reference === undefined) {
    throw new OptionError('rows', `${path} holds no values to compare features with: it was saved without`);
  }
  // A file's own rows are of the kind of row that its features were made for.
  const rows = given ?? (reference?.rows as readonly Row[] | undefined);
  const feature = (name: string) => fidelityOf(name, fidelities)?.feature ?? name;
  const changes = fitted.flatMap(({ name }) =>
    features.names.includes(name) && features.get(name).live === true && !live.includes(name)
      ? [`feature '${name}' is live, and wasn't when the promise was made`]
      : [],
  );
  if (reference === undefined || rows === undefined) return { rows: 0, features: [], changes, reference };
  const found = findReference(reference, rows);
  if (found.rows.length === 0) {
    throw new OptionError(
      'rows',
      `none of the ${reference.positions.length} reference rows of ${path} is among these ` +
        `${rows.length}${REFERENCE_ROWS}`,
    );
  }
  const compared = fitted
    .slice(0, reference.blocks.length)
    .flatMap((feature, f) => (live.includes(feature.name) ? [] : [{ feature, f }]));
  const view = RowView.of(found.rows);
  const origin = (row: number) => reference.positions[found.which[row]];
  const blocks = await runAsync(
    computeAll(
      compared.map(({ feature }) => feature),
      view,
      { origin },
    ),
  );
  const changed: string[] = [];
  compared.forEach(({ feature: { name }, f }, b) => {
    const within = Object.hasOwn(tolerance, name) ? tolerance[name] : TOLERANCE;
    const same = (a: number, b: number) => sameWithin(a, b, within);
    for (let row = 0; row < found.rows.length; row++) {
      const differing = difference(blocks[b], row, reference.blocks[f], found.which[row], same);
      if (differing === undefined) continue;
      const { column, one: now, other: was } = differing;
      changed.push(feature(name));
      if (renewed.includes(feature(name))) return;
      changes.push(
        `feature '${name}' gives row ${origin(row)} ${now} in column ${column}, and gave it ${was}: its ` +
          'code has changed',
      );
      return;
    }
  });
  const isWhole = found.rows.length === reference.positions.length;
  return {
    rows: compared.length === 0 ? 0 : found.rows.length,
    features: changed,
    changes,
    reference: { ...reference, rows: isWhole ? found.rows : reference.rows },
  };
}
