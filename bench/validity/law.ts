import { exitsAt, type Thresholds } from '../../cascades/chain/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Table } from './certify.js';
import { drawer } from './draw.js';
import { lossOf } from './losses.js';
import type { World } from './worlds/world.js';

/** A world ready for trials. */
export interface Law {
  readonly world: World;
  readonly path: readonly Thresholds[];
  /** In the order of the question. */
  readonly limits: readonly LimitLaw[];
  /** Each plan's share of rows that exit. */
  readonly acceptance: Float64Array;
  /** The weight of a row of each cell in its group. */
  readonly weights: Float64Array;
  draw(random: Random): Drawn;
}

/** A limit's loss: over the cells of all kinds in order, and in truth. */
export interface LimitLaw {
  readonly epsilon: number;
  /** For each plan the loss of a row of each cell, and whether it counts. */
  readonly lost: readonly Float64Array[];
  readonly counts: readonly Float64Array[];
  /** Each plan's true loss. */
  readonly truth: Float64Array;
}

export interface Drawn {
  readonly table: Table;
  /** The cell of each row. */
  readonly cells: Int32Array;
}

export function lawOf(world: World): Law {
  const { question, classes, kinds } = world;
  const cells = kinds.flatMap((kind) => kind.cells);
  const stage = {
    answers: Float64Array.from(cells, ({ decided }) => decided),
    confidence: Float64Array.from(cells, ({ position }) => 1 - position / 2),
    loss: new Float64Array(cells.length),
  };
  const full = Float64Array.from(cells, (cell) => cell.full);
  const labels = Float64Array.from(cells, ({ label }) => label);
  // Each group's mean counts the same, whatever its size.
  const chances = Float64Array.from(
    kinds.flatMap(({ share, cells }) => cells.map(({ chance }) => share * chance)),
  );

  const path = world.path.map((levels) => [Float64Array.from(levels, (level) => 1 - level / 2)]);
  const exits = path.map(([thresholds]) =>
    Float64Array.from(cells.keys(), (cell) => Number(exitsAt(stage, thresholds, cell))),
  );
  const limits = question.all.map(({ loss, epsilon }): LimitLaw => {
    const of = (what: 'lost' | 'counts') =>
      exits.map((plan) =>
        Float64Array.from(cells, (cell, i) => lossOf(loss, plan[i] ? cell.decided : cell.full, cell)[what]),
      );
    const [lost, counts] = [of('lost'), of('counts')];
    return {
      epsilon,
      lost,
      counts,
      truth: Float64Array.from(lost, (plan, j) => dot(plan, chances) / dot(counts[j], chances)),
    };
  });
  const draw = drawer(kinds);
  return {
    world,
    path,
    limits,
    acceptance: Float64Array.from(exits, (plan) => dot(plan, chances)),
    weights: Float64Array.from(kinds.flatMap(({ size, cells }) => cells.map(() => 1 / size))),
    draw(random) {
      const { drawn, groups } = draw(world.n, random);
      const table: Table = {
        stages: [
          {
            answers: Float64Array.from(drawn, (cell) => stage.answers[cell]),
            confidence: Float64Array.from(drawn, (cell) => stage.confidence[cell]),
            loss: new Float64Array(drawn.length),
          },
        ],
        full: Float64Array.from(drawn, (cell) => full[cell]),
        labels: Float64Array.from(drawn, (cell) => labels[cell]),
        groups: world.grouped ? groups : undefined,
        classes: Array.from({ length: classes }, (_, c) => c),
      };
      return { table, cells: drawn };
    },
  };
}

/** Whether a plan truly loses more than it may. */
export function exceeds({ limits }: Law, plan: number): boolean {
  return limits.some(({ truth, epsilon }) => truth[plan] > epsilon);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
