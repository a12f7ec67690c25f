import { show } from '../../check.js';
import { type Block, sideBySide } from '../../data/blocks/index.js';
import { ModelError, OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import { type DeclaredType, type TensorElements, toElements, valueElements } from './elements.js';
import { blockRows, isRowInput, type RowInput, type RowInputs, refuseValue, rowValues } from './rowInputs.js';

/**
 * The features that a model reads: one or several side by side for its only input; for several
 * inputs, the features of each by its name.
 */
export type Inputs = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/** An input or output of a model, as its runtime declares it. */
export interface Declared {
  readonly name: string;
  readonly type: DeclaredType;
  /** Rows first; undefined for a free dimension; undefined altogether if no shape is declared. */
  readonly shape: readonly (number | undefined)[] | undefined;
}

/** An input, and what it is made of: positions of blocks; undefined: all of them; or rows by a function. */
interface Bound {
  readonly declared: Declared;
  readonly from: readonly number[] | RowInput | undefined;
}

/** A tensor as runtimes take them. */
export interface Fed {
  readonly name: string;
  readonly type: DeclaredType;
  readonly shape: readonly number[];
  readonly elements: TensorElements;
}

/** How the blocks of features, or rows, become the tensors of a model. */
export class Binding {
  /** The features whose blocks are given, in that order; undefined: all, or none where it reads rows. */
  readonly reads: readonly string[] | undefined;
  readonly readsRows: boolean;
  private readonly bound: readonly Bound[];

  /**
   * @throws OptionError for an input that the model doesn't have, is given no features, takes a fixed number of
   * rows, or takes text and is given features
   */
  constructor(
    private readonly model: string,
    inputs: Inputs | RowInputs | undefined,
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
    this.readsRows = named.some(([, source]) => isRowInput(source));
    const reads = [...new Set(named.flatMap(([, source]) => (isRowInput(source) ? [] : (source ?? []))))];
    this.reads = reads.length === 0 ? undefined : reads;
    this.bound = named.map(([input, source]) => {
      if (isRowInput(source)) return { declared: input, from: source };
      const option = declared.length === 1 ? 'inputs' : `inputs.${input.name}`;
      if (this.readsRows) {
        throw new OptionError(
          option,
          'names features, and another input has a function of rows: a model reads either, so give each a function',
        );
      }
      if (input.type === 'string') {
        throw new OptionError(
          option,
          `the model's input '${input.name}' takes text, which no feature holds: give a function of a row, ` +
            `{ ${input.name}: (row) => row.${input.name} }`,
        );
      }
      return { declared: input, from: source?.map((feature) => reads.indexOf(feature)) };
    });
  }

  /**
   * The features that each input is made of, null for all of them, 'row' for a function: an option of the model that
   * changes its scores.
   */
  get stated(): Readonly<Record<string, JsonValue>> {
    const { reads = [] } = this;
    return Object.fromEntries(
      this.bound.map(({ declared, from }) => [
        declared.name,
        isRowInput(from) ? 'row' : (from?.map((position) => reads[position]) ?? null),
      ]),
    );
  }

  /** The precision that the inputs ask for, for a fingerprint. */
  get types(): string {
    return [...new Set(this.bound.map(({ declared }) => declared.type))].join('+');
  }

  /**
   * @throws ModelError for blocks or values of rows of another shape than the model's, or with values that its types
   * can't hold
   */
  tensors(blocks: readonly Block[]): Fed[] {
    const [{ rows }] = blocks;
    return this.bound.map(({ declared, from }) => {
      const { name, type } = declared;
      if (isRowInput(from)) return this.rowTensor(declared, from, blockRows(this.model, blocks));
      if (type === 'string') throw new TypeError('text comes from rows: the constructor has seen to it');
      const own = from === undefined ? blocks : from.map((position) => blocks[position]);
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

  private rowTensor(declared: Declared, read: RowInput, rows: readonly unknown[]): Fed {
    const { name, type } = declared;
    const given = rowValues(this.model, name, read, rows);
    const shape = this.shapeOf(declared, rows.length, given.columns, true);
    const elements = valueElements(type, given.values, (at) =>
      refuseValue(this.model, name, type, given, at),
    );
    return { name, type, shape, elements };
  }

  /** The model's own shape for these rows: columns fill its free dimensions. */
  private shapeOf(
    { name, shape = [undefined, undefined] }: Declared,
    rows: number,
    columns: number,
    ofRows = false,
  ): number[] {
    const inner = shape.slice(1);
    const known = inner.reduce<number>((product, size) => product * (size ?? 1), 1);
    const open = inner.indexOf(undefined);
    const rest = columns / known;
    const fits = open < 0 ? rest === 1 : Number.isInteger(rest);
    if (!fits) {
      const takes = inner.map((size) => size ?? '?').join(' x ') || 1;
      throw new ModelError(
        this.model,
        `input '${name}' takes ${takes} ${ofRows ? 'values' : 'numbers'} a row, but its ` +
          (ofRows
            ? `function gave ${columns}`
            : `features have ${columns}: name those that it was trained on in 'inputs'`),
      );
    }
    return [rows, ...inner.map((size, i) => size ?? (i === open ? rest : 1))];
  }
}

/** Each input of the model with its features, or its function of a row. */
function byName(
  inputs: Inputs | RowInputs | undefined,
  declared: readonly Declared[],
): (readonly [Declared, readonly string[] | RowInput | undefined])[] {
  const names = declared.map(({ name }) => name);
  if (!isByName(inputs)) {
    if (declared.length !== 1) {
      const record = names.map((name) => `'${name}': …`).join(', ');
      throw new OptionError(
        'inputs',
        `the model has ${names.length}: name the features of each, or give each a function of a row, { ${record} }`,
      );
    }
    return [[declared[0], sourceOf('inputs', inputs)]];
  }
  const unknown = Object.keys(inputs).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(`inputs.${unknown}`, `the model has no such input; it has ${names.join(', ')}`);
  }
  return declared.map((input) => {
    const { name } = input;
    const source = Object.hasOwn(inputs, name) ? sourceOf(`inputs.${name}`, inputs[name]) : undefined;
    if (source === undefined) {
      throw new OptionError(`inputs.${name}`, 'missing; name its features, or give a function of a row');
    }
    return [input, source];
  });
}

function isByName(inputs: unknown): inputs is Readonly<Record<string, unknown>> {
  return typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs);
}

function sourceOf(option: string, features: unknown): readonly string[] | RowInput | undefined {
  if (features === undefined || isRowInput(features)) return features;
  const list: readonly unknown[] = Array.isArray(features) ? features : [features];
  const isText = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (list.length === 0 || !list.every(isText)) {
    throw new OptionError(
      option,
      `expected the name of a feature, or several, or a function of a row, got ${show(features)}`,
    );
  }
  return list;
}
