import { checkFlag, show } from '../../check.js';
import { FeatureError, OptionError } from '../../errors.js';
import type { FittedFeature } from './feature.js';
import type { FeatureStep } from './fidelity.js';
import { isVersionName } from './proposedNames.js';
import type { RowView, Transform } from './view.js';

/** A feature of the user's own versions, as `dense` computes it. */
export interface Versioned<Row> {
  /** In their order; the last is the feature itself. */
  readonly versions: readonly string[];
  /** Whether a version goes on from the numbers of the one before. */
  readonly nested: boolean;
  readonly columns: number;
  /** The transforms that every version reads. */
  readonly reads: readonly Transform<Row, unknown>[];
  /** The numbers of a view's rows at a version, checked: rows x columns, in an array of their own. */
  numbersOf(
    view: RowView<Row>,
    version: string,
    previous?: Float32Array,
  ): Float32Array | Promise<Float32Array>;
  /** What makes blocks of numbers. */
  fittedOf(numbers: (view: RowView<Row>) => Float32Array | Promise<Float32Array>): FittedFeature<Row>;
}

/** @throws OptionError for versions that aren't two or more different names, and for `nested` without them */
export function checkVersions(versions: unknown, nested: unknown): void {
  if (nested !== undefined) checkFlag('nested', nested);
  if (versions === undefined) {
    if (nested) throw new OptionError('nested', "goes with 'versions': name them, the cheapest first");
    return;
  }
  if (!Array.isArray(versions) || versions.length < 2)
    throw new OptionError(
      'versions',
      `expected two names or more, the cheapest first, as in ['fast', 'full'], got ${show(versions)}`,
    );
  versions.forEach((name: unknown, i) => {
    if (!isVersionName(name))
      throw new OptionError(`versions[${i}]`, `expected a name in one line without '@', got ${show(name)}`);
    if (versions.indexOf(name) < i) throw new OptionError(`versions[${i}]`, `'${name}' is there twice`);
  });
}

/** The feature at its last version, with the others as its fidelities. */
export function withVersions<Row>(feature: Versioned<Row>): FittedFeature<Row> {
  const inSteps = (at: readonly string[]) => stepsOf(feature, at);
  return {
    ...inSteps([])[0].fitted,
    fidelities: { propose: (_, most) => feature.versions.slice(0, -1).slice(0, most), inSteps },
  };
}

function stepsOf<Row>(feature: Versioned<Row>, at: readonly string[]): FeatureStep<Row>[] {
  const { versions, nested, columns, reads, numbersOf, fittedOf } = feature;
  const last = versions.length - 1;
  const wanted = at.map((name) => versions.indexOf(name));
  wanted.forEach((version, i) => {
    if (version >= 0 && version < last && (i === 0 || wanted[i - 1] < version)) return;
    const names = versions.slice(0, -1).join(', ');
    throw new OptionError('fidelities', `expected some of ${names}, in this order, got ${at.join(', ')}`);
  });
  if (!nested) {
    return [...wanted, last].map((version) => ({
      reads,
      fitted: fittedOf((view) => numbersOf(view, versions[version])),
    }));
  }
  // None is left out, and none when the feature is alone: it has the same numbers, bit for bit, after any of them.
  const next = (view: RowView<Row>, version: number, previous: Float32Array | undefined) =>
    atOnce(numbersOf(view, versions[version], previous), versions[version]);
  if (wanted.length === 0) {
    const alone = (view: RowView<Row>) => {
      let numbers = next(view, 0, undefined);
      for (let version = 1; version <= last; version++) numbers = next(view, version, numbers);
      return numbers;
    };
    return [{ reads, fitted: fittedOf(alone) }];
  }
  const chain: VersionNumbers<Row>[] = [];
  const goingOn = (version: number) => (view: RowView<Row>) =>
    next(view, version, chain[version - 1]?.of(view));
  for (let version = 0; version < last; version++)
    chain.push(new VersionNumbers(versions[version], chain.at(-1) ?? reads[0], columns, goingOn(version)));
  return [
    ...wanted.map((version) => ({
      reads: [...reads, ...chain.slice(0, version + 1)],
      fitted: fittedOf((view) => chain[version].of(view)),
    })),
    { reads: [...reads, ...chain], fitted: fittedOf(goingOn(last)) },
  ];
}

/** Numbers that the next version goes on from can't be waited for. */
function atOnce(numbers: Float32Array | Promise<Float32Array>, version: string): Float32Array {
  if (!(numbers instanceof Promise)) return numbers;
  numbers.catch(() => undefined);
  throw new FeatureError(
    '',
    undefined,
    `version '${version}': expected a Float32Array at once, since the versions are 'nested', got a promise`,
  );
}

/** The numbers of one version, computed once for each row of a batch and kept side by side. */
class VersionNumbers<Row> implements Transform<Row, Float32Array> {
  private readonly memory = new WeakMap<readonly Row[], { values: Float32Array; known: Uint8Array }>();

  constructor(
    readonly name: string,
    readonly parent: Transform<Row, unknown> | undefined,
    private readonly columns: number,
    private readonly compute: (view: RowView<Row>) => Float32Array,
  ) {}

  /** Rows x columns, in an array of their own: who gets it may write to it. */
  of(view: RowView<Row>): Float32Array {
    const { columns } = this;
    const { batch, length } = view;
    let held = this.memory.get(batch);
    if (held === undefined) {
      held = { values: new Float32Array(batch.length * columns), known: new Uint8Array(batch.length) };
      this.memory.set(batch, held);
    }
    const { values, known } = held;
    const lacking: number[] = [];
    for (let i = 0; i < length; i++) if (known[view.at(i)] === 0) lacking.push(view.at(i));
    if (lacking.length > 0) {
      const computed = this.compute(lacking.length === length ? view : view.select(Int32Array.from(lacking)));
      let from = 0;
      for (const row of lacking) {
        for (let to = row * columns; to < (row + 1) * columns; ) values[to++] = computed[from++];
        known[row] = 1;
      }
    }
    if (view.selection === undefined) return values.slice();
    const own = new Float32Array(length * columns);
    for (let i = 0, to = 0; i < length; i++) {
      const from = view.at(i) * columns;
      for (let c = 0; c < columns; c++) own[to++] = values[from + c];
    }
    return own;
  }

  read(view: RowView<Row>): Float32Array[] {
    const own = this.of(view);
    return Array.from({ length: view.length }, (_, i) =>
      own.subarray(i * this.columns, (i + 1) * this.columns),
    );
  }
}
