import type { Check } from '../../harness/checks.js';
import type { Programs } from './programs/programs.js';

/** What the parts of the benchmark work with. */
export interface Bench {
  readonly quick: boolean;
  readonly full: boolean;
  readonly folder: string;
  readonly programs: Programs;
  readonly log: (text: string) => void;
}

/** Whose median is a figure: with `--full` of more rounds. */
export function roundsOf({ quick, full }: Pick<Bench, 'quick' | 'full'>): number {
  if (quick) return 1;
  return full ? 5 : 3;
}

/** A part's figures. */
export interface PartOutcome {
  readonly json: object;
  /** Rows of a table: what, and figures. */
  readonly lines: readonly (readonly string[])[];
  readonly checks: readonly Check[];
}

/** Milliseconds, to three digits. */
export function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
