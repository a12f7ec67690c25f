import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { State } from 'spillway/extend';
import { readArtifact, writeArtifact } from '../../lib/data/artifact/index.js';
import { ArtifactError } from '../../lib/errors.js';

/**
 * What a model was trained to, from the cache folder (`XDG_CACHE_HOME`, or `.cache` at home), or trained now and kept there.
 *
 * @param name what its file's name begins with
 * @param recipe all that it follows from: another recipe is another file
 */
export async function cachedState(
  name: string,
  recipe: string,
  train: (path: string) => Promise<State>,
): Promise<State> {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'spillway');
  const path = join(
    folder,
    `${name}-${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}.network`,
  );
  const there = await cached(path);
  if (there !== undefined) return there;
  const state = await train(path);
  await mkdir(folder, { recursive: true });
  await writeArtifact(path, state);
  return state;
}

async function cached(path: string): Promise<State | undefined> {
  try {
    return await readArtifact(path);
  } catch (error) {
    // Not there yet, or of an earlier release.
    if (error instanceof ArtifactError && ['unreadable', 'version'].includes(error.reason)) return undefined;
    throw error;
  }
}
