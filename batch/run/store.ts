import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { naturalNumber, object, optional, type Shape, text } from '../../lib/data/artifact/index.js';
import { type Commitment, removeTemporary } from '../../lib/util/files/committedFile.js';
import type { FormatName } from '../formats/index.js';
import { commitRunFile, unwritable } from './commit.js';
import { type CommittedUnit, committedUnit, unitText } from './manifest.js';
import { commitRecord, isGone, readRecord, unreadableFile } from './records.js';

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
      throw unwritable(this.path, error);
    }
  }

  /** Removes what processes left that have ended. */
  async clean(): Promise<void> {
    const found = await readdir(this.path, { withFileTypes: true });
    const folders = found.filter((each) => each.isDirectory()).map(({ name }) => join(this.path, name));
    for (const folder of [this.path, ...folders]) await removeTemporary(folder);
  }

  outputPath(key: string, format: FormatName): string {
    return join(this.units, outputName(key, format));
  }

  recordPath(key: string): string {
    return join(this.done, `${key}.json`);
  }

  /** The unit, if it is committed and its output is there. @throws RunError `damaged`, `unreadable` */
  async committed(key: string, format: FormatName): Promise<CommittedUnit | undefined> {
    const unit = await this.recorded(key);
    return unit !== undefined && (await this.hasOutput(unit, format)) ? unit : undefined;
  }

  /**
   * Whether a unit's output is as long as its record says: of a machine that lost power the disk may have kept the later
   * file alone, or a part of the earlier one.
   */
  async hasOutput({ key, bytes }: CommittedUnit, format: FormatName): Promise<boolean> {
    const path = this.outputPath(key, format);
    const output = await stat(path).catch((error: unknown) => isGone(error) || unreadableFile(path, error));
    return output !== true && output.size === bytes;
  }

  /** Removes a unit's record, then its output: then it is missing. */
  async forget(key: string, format: FormatName): Promise<void> {
    await rm(this.recordPath(key), { force: true });
    await rm(this.outputPath(key, format), { force: true });
  }

  /** What is known of a unit, whether its output is there or not. */
  async recorded(key: string): Promise<CommittedUnit | undefined> {
    return readRecord(this.recordPath(key), committedUnit);
  }

  async failure(key: string): Promise<FailedUnit | undefined> {
    return readRecord(join(this.failed, `${key}.json`), failedUnit);
  }

  /** Commits a unit's output. @throws as `commitRunFile` */
  commitOutput(
    key: string,
    format: FormatName,
    write: (file: Writable) => Promise<void>,
  ): Promise<Commitment> {
    return commitRunFile(this.units, outputName(key, format), write);
  }

  /** Commits what is to be known of a unit, once its output stands. */
  commitRecord(unit: CommittedUnit): Promise<Commitment> {
    return commitRecord(this.done, `${unit.key}.json`, unitText(unit));
  }

  async setAside(unit: FailedUnit): Promise<void> {
    await commitRecord(this.failed, `${unit.key}.json`, JSON.stringify(unit));
  }
}

/** Names of a folder's files of JSON, without their ends. @throws RunError `unreadable` */
export async function recordsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) =>
    isGone(error) ? [] : unreadableFile(folder, error),
  );
  return names.flatMap((name) => /^(.*)\.json$/.exec(name)?.slice(1) ?? []);
}

function outputName(key: string, format: FormatName): string {
  return `${key}.${format}`;
}
