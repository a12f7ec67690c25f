import { readFile } from 'node:fs/promises';
import type { TrainedModel, TrainedRegression } from '../../entries/full.js';
import type { Block } from '../../lib/data/blocks/index.js';

/** What a maker of references wrote into its folder. */
export interface Cases {
  readonly rows: number;
  readonly columns: number;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly file?: string;
  readonly numbers?: number;
  readonly name?: string;
  readonly labels?: readonly (string | number)[] | null;
  readonly rows?: string;
}

export async function readCases(folder: URL): Promise<Cases> {
  return JSON.parse(await readFile(new URL('cases.json', folder), 'utf8'));
}

export async function floatsIn(file: URL): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(file)).buffer);
}

export function scoresOf(
  model: TrainedModel<unknown> | TrainedRegression,
  blocks: readonly Block[],
): Float64Array {
  const out = new Float64Array(blocks[0].rows * model.classes);
  model.score(blocks, out);
  return out;
}
