import { join } from 'node:path';
import type { Shape } from '../../lib/data/artifact/index.js';
import { commitFile, readJson } from '../run/index.js';

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

  /** @returns undefined where it isn't there @throws RunError `damaged`, `unreadable` */
  read(): Promise<T | undefined> {
    return readJson(this.path, this.shape);
  }

  /** @returns what stands from now on: this, or what another process committed before */
  async commit(value: T): Promise<T> {
    await commitFile(this.folder, this.name, async (file) => void file.end(`${JSON.stringify(value)}\n`));
    return (await this.read()) ?? value;
  }
}
