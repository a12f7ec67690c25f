import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OptionError } from '../index.js';

/**
 * Asked before work that takes minutes: its result must have somewhere to go.
 *
 * @throws OptionError if the folder isn't there
 */
export function checkPlace(option: string, path: string | undefined): void {
  if (path === undefined || existsSync(dirname(resolve(path)))) return;
  throw new OptionError(option, `${path} can't be written: its folder isn't there. Make it, or name another`);
}

/** @throws OptionError if it can't be written */
export async function writeText(option: string, path: string, text: string): Promise<void> {
  checkPlace(option, path);
  await writeFile(path, text).catch((error: Error) => {
    throw new OptionError(option, `${path} can't be written: ${error.message}`);
  });
}
