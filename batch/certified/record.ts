import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '../../lib/data/artifact/index.js';
import { ArtifactError } from '../../lib/errors.js';
import { commitFile, RunError } from '../run/index.js';

/** A kind of JSON file in the folder of a batch. Each is written once: what was committed first stands. */
export class RecordFile<T> {
  /** @param name within the batch's folder */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly shape: Shape<T>,
  ) {}

  get path(): string {
    return join(this.folder, this.name);
  }

  /** @returns undefined where it isn't there @throws RunError `damaged` */
  async read(): Promise<T | undefined> {
    const { path } = this;
    const content = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (content === undefined) return undefined;
    try {
      return this.shape(JSON.parse(content), this.name);
    } catch (error) {
      if (!(error instanceof ArtifactError || error instanceof SyntaxError)) throw error;
      throw new RunError('damaged', `${path}: ${error.message}. Remove it, and run again`, { cause: error });
    }
  }

  /** @returns what stands from now on: this, or what another process committed before */
  async commit(value: T): Promise<T> {
    await commitFile(this.folder, this.name, async (file) => void file.end(`${JSON.stringify(value)}\n`));
    return (await this.read()) ?? value;
  }
}
