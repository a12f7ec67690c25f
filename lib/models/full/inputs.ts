import { show } from '../../check.js';
import { type Block, sideBySide } from '../../data/blocks/index.js';
import { ModelError, OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import { type ElementType, type NumericElements, toElements } from './elements.js';

/**
 * The features that a model reads: one or several side by side for its only input; for several
 * inputs, the features of each by its name.
 */
export type Inputs = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/** An input or output of a model, as its runtime declares it. */
export interface Declared {
  readonly name: string;
  readonly type: ElementType;
  /** Rows first; undefined for a free dimension; undefined altogether if no shape is declared. */
  readonly shape: readonly (number | undefined)[] | undefined;
}

/** An input, and the blocks that it is made of: their positions; undefined: all. */
interface Bound {
  readonly declared: Declared;
  readonly positions: readonly number[] | undefined;
}

/** A tensor as runtimes take them. */
export interface Fed {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly elements: NumericElements;
}

/** How the blocks of features become the tensors of a model. */
export class Binding {
  /** The features whose blocks are given, in that order; undefined: all. */
  readonly reads: readonly string[] | undefined;
  private readonly bound: readonly Bound[];

  /**
   * @throws OptionError for an input that the model doesn't have, is given no features, or takes a fixed number of
   * rows
   */
  constructor(
    private readonly model: string,
    inputs: Inputs | undefined,
    declared: readonly Declared[],
  ) {
    for (const { name, shape } of declared) {
      const rows = shape?.[0];
      if (rows === undefined) continue;
      throw new OptionError(
        'inputs',
        `the model's input '${name}' always takes ${rows} rows: export it with a first dimension that is open`,
      );
    }
    const named = byName(inputs, declared);
    const reads = [...new Set(named.flatMap(([, features]) => features ?? []))];
    this.reads = reads.length === 0 ? undefined : reads;
    this.bound = named.map(([input, features]) => ({
      declared: input,
      positions: features?.map((feature) => reads.indexOf(feature)),
    }));
  }

  /** The features that each input is made of, null for all of them: an option of the model that changes its scores. */
  get stated(): Readonly<Record<string, JsonValue>> {
    const { reads = [] } = this;
    return Object.fromEntries(
      this.bound.map(({ declared, positions }) => [
        declared.name,
        positions?.map((position) => reads[position]) ?? null,
      ]),
    );
  }

  /** The precision that the inputs ask for, for a fingerprint. */
  get types(): string {
    return [...new Set(this.bound.map(({ declared }) => declared.type))].join('+');
  }

  /**
   * @throws ModelError for blocks of another shape than the model's, or with values that its types
   * can't hold
   */
  tensors(blocks: readonly Block[]): Fed[] {
    const [{ rows }] = blocks;
    return this.bound.map(({ declared, positions }) => {
      const own = positions === undefined ? blocks : positions.map((position) => blocks[position]);
      const { name, type } = declared;
      const numbers = sideBySide(own);
      const columns = own.reduce((sum, block) => sum + block.columns, 0);
      const elements = toElements(type, numbers, (at) => {
        throw new ModelError(
          this.model,
          `input '${name}' is of ${type}, which can't hold ${numbers[at]} (row ` +
            `${Math.floor(at / columns)}, column ${at % columns})`,
        );
      });
      return { name, type, shape: this.shapeOf(declared, rows, columns), elements };
    });
  }

  /** The model's own shape for these rows: columns fill its free dimensions. */
  private shapeOf(
    { name, shape = [undefined, undefined] }: Declared,
    rows: number,
    columns: number,
  ): number[] {
    const inner = shape.slice(1);
    const known = inner.reduce<number>((product, size) => product * (size ?? 1), 1);
    const open = inner.indexOf(undefined);
    const rest = columns / known;
    const fits = open < 0 ? rest === 1 : Number.isInteger(rest);
    if (!fits) {
      throw new ModelError(
        this.model,
        `input '${name}' takes ${inner.map((size) => size ?? '?').join(' x ')} numbers a row, but its ` +
          `features have ${columns}: name those that it was trained on in 'inputs'`,
      );
    }
    return [rows, ...inner.map((size, i) => size ?? (i === open ? rest : 1))];
  }
}

/** Each input of the model with its features. */
function byName(
  inputs: Inputs | undefined,
  declared: readonly Declared[],
): (readonly [Declared, readonly string[] | undefined])[] {
  const names = declared.map(({ name }) => name);
  if (!isByName(inputs)) {
    if (declared.length !== 1) {
      const record = names.map((name) => `'${name}': …`).join(', ');
      throw new OptionError(
        'inputs',
        `the model has ${names.length}: name the features of each, { ${record} }`,
      );
    }
    return [[declared[0], featuresOf('inputs', inputs)]];
  }
  const unknown = Object.keys(inputs).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(`inputs.${unknown}`, `the model has no such input; it has ${names.join(', ')}`);
  }
  return declared.map((input) => {
    const { name } = input;
    const features = Object.hasOwn(inputs, name) ? featuresOf(`inputs.${name}`, inputs[name]) : undefined;
    if (features === undefined) throw new OptionError(`inputs.${name}`, 'missing; name its features');
    return [input, features];
  });
}

function isByName(inputs: unknown): inputs is Readonly<Record<string, unknown>> {
  return typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs);
}

function featuresOf(option: string, features: unknown): readonly string[] | undefined {
  if (features === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(features) ? features : [features];
  const isText = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (list.length === 0 || !list.every(isText)) {
    throw new OptionError(option, `expected the name of a feature, or several, got ${show(features)}`);
  }
  return list;
}
