import type { Cell, Kind } from './world.js';

/** Chances of the ways in which rows change their answer; the others keep it. */
export interface Changes {
  /** The full model is right and the stage wrong. */
  readonly worse?: number;
  /** The reverse. */
  readonly better?: number;
  /** Both are wrong, each in its own way. */
  readonly neutral?: number;
}

/** The number of classes that {@link cellsAt} needs. */
export const CLASSES = 3;

/** Rows at one position, which the stage assigns to class 1. */
export function cellsAt(position: number, chance: number, changes: Changes = {}): Cell[] {
  const { worse = 0, better = 0, neutral = 0 } = changes;
  const row = { position, decided: 1 };
  const cells = [
    { ...row, chance: chance - worse - better - neutral, full: 1, label: 1 },
    { ...row, chance: worse, full: 0, label: 0 },
    { ...row, chance: better, full: 0, label: 1 },
    { ...row, chance: neutral, full: 0, label: 2 },
  ];
  // Rounding errors of a subtraction are no cell.
  return cells.filter((cell) => cell.chance > 1e-15);
}

/** One level for all classes. */
export function even(level: number, classes: number = CLASSES): number[] {
  return new Array<number>(classes).fill(level);
}

/** Plans from the one at which the first part of the rows exits to the one at which all do. */
export function ladder(plans: number, classes?: number): number[][] {
  return Array.from({ length: plans }, (_, j) => even((j + 1) / plans, classes));
}

/** Rows independent of each other. */
export function single(cells: readonly Cell[]): Kind[] {
  return [{ share: 1, size: 1, repeat: 0, cells }];
}
