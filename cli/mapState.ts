import { readFile } from 'node:fs/promises';
import { OptionError } from '../index.js';
import { freshSeed } from '../lib/stats/index.js';
import { textDigest } from '../lib/util/digest.js';
import { errorText } from '../lib/util/errorText.js';
import { jsonOf } from '../lib/util/jsonOf.js';
import { member, textMember } from '../lib/util/member.js';
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
  const before = await statesIn(path);
  const known = before.find((each) => each.digest === digest);
  if (known) return known.sampleSeed;
  const state: MapState = { digest, sampleSeed: freshSeed() };
  // A claim that the journal refuses must not cost the seed of the first one.
  const kept = before.length === 0 ? state : { ...state, earlier: before };
  await writeText('--out', path, `${JSON.stringify(kept)}\n`);
  return state.sampleSeed;
}

/** @throws OptionError for a file that holds none: another sample would be drawn, and paid for, after results were seen */
async function statesIn(path: string): Promise<readonly MapState[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new OptionError('--out', `the sample's seed, ${path}, can't be read: ${errorText(error)}`);
  });
  if (text === undefined) return [];
  const last = jsonOf(text);
  const earlier = member(last, 'earlier') ?? [];
  const states = [last, ...(Array.isArray(earlier) ? earlier : [undefined])].flatMap((state) => {
    const [digest, sampleSeed] = [textMember(state, 'digest'), textMember(state, 'sampleSeed')];
    return digest === undefined || sampleSeed === undefined ? [undefined] : [{ digest, sampleSeed }];
  });
  if (states.every((state) => state !== undefined)) return states;
  throw new OptionError(
    '--out',
    `${path} is damaged, and held the sample's seed: put a copy of it back. If no run over this table has drawn its sample yet, ` +
      'delete it; else name another output, and pay for a sample of its own',
  );
}
