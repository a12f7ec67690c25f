import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError } from '../../lib/errors.js';

/** Where a model of a batch lies. */
export interface BatchModelFiles {
  readonly artifact: string;
  /** Path of the features' module; undefined where the artifact is to be enough. */
  readonly features: string | undefined;
}

/**
 * The files of a model.
 *
 * @param path a version's folder, as `serve` takes it, or an artifact's file
 * @param features path of the module, where it isn't in the folder
 * @throws OptionError for what isn't there
 */
export async function batchModelFiles(path: string, features?: string): Promise<BatchModelFiles> {
  if (features !== undefined && (await kindOf(features)) !== 'file')
    throw new OptionError('--features', `there is no file ${features}`);
  const kind = await kindOf(path);
  if (kind === undefined) throw new OptionError('MODEL', `there is no file or folder ${path}`);
  if (kind === 'file') return { artifact: path, features };
  const artifact = join(path, 'model.cascade');
  if ((await kindOf(artifact)) !== 'file')
    throw new OptionError(
      'MODEL',
      `the folder ${path} lacks model.cascade: name a version, such as models/mail/1`,
    );
  return { artifact, features: features ?? (await moduleIn(path)) };
}

async function moduleIn(folder: string): Promise<string | undefined> {
  for (const name of ['features.js', 'features.mjs']) {
    const path = join(folder, name);
    if ((await kindOf(path)) === 'file') return path;
  }
  return undefined;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && (found.isDirectory() ? 'folder' : 'file');
}
