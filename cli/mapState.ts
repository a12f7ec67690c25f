import { readFile } from 'node:fs/promises';
import { freshSeed } from '../lib/stats/index.js';
import { textDigest } from '../lib/util/textDigest.js';
import { writeText } from './files.js';

/** What a second run of the same command goes on with: it must draw the same sample. */
interface MapState {
  /** Of rows, prompt, labels, bound and seed: with others, another sample is drawn. */
  readonly digest: string;
  readonly sampleSeed: string;
}

/**
 * The seed of a run's sample: drawn once, and kept beside its output. Nobody can foresee it, and a run that was stopped
 * draws the same rows when it goes on. A folder's file that is removed to draw again, by the results, takes the promise
 * with it.
 *
 * @param of all that decides what is drawn
 */
export async function sampleSeedFor(path: string, of: unknown): Promise<string> {
  const digest = textDigest(JSON.stringify(of));
  const before = await stateIn(path);
  if (before?.digest === digest) return before.sampleSeed;
  const state: MapState = { digest, sampleSeed: freshSeed() };
  await writeText('--out', path, `${JSON.stringify(state)}\n`);
  return state.sampleSeed;
}

async function stateIn(path: string): Promise<MapState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(path, 'utf8'));
    const isState = typeof state === 'object' && state !== null && 'digest' in state && 'sampleSeed' in state;
    if (!isState || typeof state.digest !== 'string' || typeof state.sampleSeed !== 'string')
      return undefined;
    return { digest: state.digest, sampleSeed: state.sampleSeed };
  } catch {
    // There is none yet, or a crash has cut it: a sample that nobody has seen is drawn.
    return undefined;
  }
}
