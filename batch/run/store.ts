import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  naturalNumber,
  object,
  optional,
  type Shape,
  text,
  writeAtomically,
} from '../../lib/data/artifact/index.js';
import { ArtifactError } from '../../lib/errors.js';
import type { FormatName } from '../formats/index.js';
import { type CommittedUnit, committedUnit } from './manifest.js';
import { RunError } from './runError.js';
import { removeTemporary } from './temporary.js';

/** A unit that is set aside, since its rows can't be answered. */
export interface FailedUnit {
  readonly key: string;
  readonly index: number;
  readonly input: string;
  /** The row to blame, or the first of some that were answered together; it counts from the unit's first. */
  readonly row?: number | undefined;
  /** What the error is called, and what it says. */
  readonly code: string;
  readonly message: string;
}

const failedUnit: Shape<FailedUnit> = object({
  key: text,
  index: naturalNumber,
  input: text,
  row: optional(naturalNumber),
  code: text,
  message: text,
});

/** Name of the certificate of a batch that is certified as a whole. */
export const CERTIFICATE = 'certificate.json';

/** What a run's folder holds. Names in it are of the run's own making: none comes from data. */
export class RunFolder {
  readonly units: string;
  readonly done: string;
  readonly failed: string;
  /** Later outputs that differed from those that stand. */
  readonly different: string;

  constructor(readonly path: string) {
    this.units = join(path, 'units');
    this.done = join(path, 'done');
    this.failed = join(path, 'failed');
    this.different = join(path, 'different');
  }

  /** @throws RunError `unwritable` */
  async make(): Promise<void> {
    try {
      for (const folder of [this.units, this.done, this.failed, this.different])
        await mkdir(folder, { recursive: true });
      await this.clean();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new RunError(
        'unwritable',
        `can't write to '${this.path}': ${message}. Name another folder by --out`,
        {
          cause: error,
        },
      );
    }
  }

  /** Removes what processes left that have ended. */
  async clean(): Promise<void> {
    for (const folder of [this.path, this.units, this.done, this.failed, this.different])
      await removeTemporary(folder);
  }

  outputPath(key: string, format: FormatName): string {
    return join(this.units, outputName(key, format));
  }

  /** The unit, if it is committed and its output is there. */
  async committed(key: string, format: FormatName): Promise<CommittedUnit | undefined> {
    const unit = await this.recorded(key);
    if (unit === undefined) return undefined;
    const output = await stat(this.outputPath(key, format)).catch(() => undefined);
    // Of a machine that lost power the disk may have kept the later file alone.
    return output?.size === unit.bytes ? unit : undefined;
  }

  /** What is known of a unit, whether its output is there or not. */
  async recorded(key: string): Promise<CommittedUnit | undefined> {
    return readJson(join(this.done, `${key}.json`), committedUnit);
  }

  async failure(key: string): Promise<FailedUnit | undefined> {
    return readJson(join(this.failed, `${key}.json`), failedUnit);
  }

  async setAside(unit: FailedUnit): Promise<void> {
    await writeAtomically(join(this.failed, `${unit.key}.json`), Buffer.from(JSON.stringify(unit)));
  }
}

/** Forgets which units of a run failed, so that it does them again. @returns how many */
export async function forgetFailed(folder: string): Promise<number> {
  const { failed } = new RunFolder(folder);
  const names = (await readdir(failed).catch(() => [])).filter((name) => name.endsWith('.json'));
  for (const name of names) await rm(join(failed, name), { force: true });
  return names.length;
}

export function outputName(key: string, format: FormatName): string {
  return `${key}.${format}`;
}

/** @throws RunError `damaged` for a file that no run wrote */
export async function readJson<T>(path: string, shape: Shape<T>): Promise<T | undefined> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new RunError('damaged', `can't read '${path}': ${error.message}`, { cause: error });
  });
  if (content === undefined) return undefined;
  try {
    return shape(JSON.parse(content), 'it');
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ArtifactError)) throw error;
    throw new RunError('damaged', `'${path}' is damaged (${error.message}): remove it, and run again`, {
      cause: error,
    });
  }
}
