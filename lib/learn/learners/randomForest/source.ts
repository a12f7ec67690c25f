import { ModelError } from '../../../errors.js';

/** A node of a tree as ml-cart means it: an answer (a class or a number), or a division. */
export type SourceNode =
  | { readonly answer: number }
  | {
      readonly column: number;
      /** Numbers below it go left, all others and NaN go right. */
      readonly below: number;
      readonly left: SourceNode;
      readonly right: SourceNode;
    };

/** The fields of a trained ml-random-forest that are read here; its typings don't declare them. */
export interface SourceForest {
  readonly estimators?: readonly unknown[];
  /** The columns that each tree was given, in its order. */
  readonly indexes?: readonly (readonly number[])[];
}

/**
 * The trees of a trained `RandomForestClassifier` or `RandomForestRegression`.
 *
 * @throws ModelError if it holds no such trees
 */
export function readTrees({ estimators, indexes }: SourceForest): SourceNode[] {
  if (estimators === undefined || estimators.length === 0 || indexes?.length !== estimators.length) {
    throw strange('no trained trees');
  }
  return estimators.map((tree, t) => readNode(field(tree, 'root'), indexes[t]));
}

function readNode(node: unknown, columns: readonly number[]): SourceNode {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (left === undefined || right === undefined) return { answer: answerOf(field(node, 'distribution')) };
  const [place, below] = [field(node, 'splitColumn'), field(node, 'splitValue')];
  const column = typeof place === 'number' ? columns[place] : undefined;
  if (column === undefined || !isFiniteNumber(below)) throw strange('a division without its column');
  return { column, below, left: readNode(left, columns), right: readNode(right, columns) };
}

/**
 * A number, or for a distribution over the classes, a matrix of one row, the first of the
 * likeliest.
 */
function answerOf(distribution: unknown): number {
  if (typeof distribution === 'number') return distribution;
  const likeliest = field(distribution, 'maxRowIndex');
  const place: unknown = typeof likeliest === 'function' ? likeliest.call(distribution, 0) : undefined;
  const answer: unknown = Array.isArray(place) ? place[1] : undefined;
  if (typeof answer !== 'number') throw strange('a leaf without an answer');
  return answer;
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function strange(what: string): ModelError {
  return new ModelError('ml-random-forest', `it holds ${what}: expected a forest trained by version 2.1`);
}
