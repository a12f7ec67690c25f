import { join } from 'node:path';
import type { Shape } from '../../lib/data/artifact/index.js';
import { commitRecord, readRecord } from '../run/index.js';

/** What to do about a damaged file that no call could write again as it was. */
export const NO_REMEDY = 'bring back a copy of it, or begin again in an empty folder';

/** A kind of JSON file in the folder of a batch. Each is written once: what was committed first stands. */
export class RecordFile<T> {
  /**
   * @param name within the batch's folder
   * @param remedy what to do where the file is damaged @defaultValue to remove it: the next call writes it anew
   */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly shape: Shape<T>,
    private readonly remedy?: string,
  ) {}

  get path(): string {
    return join(this.folder, this.name);
  }

  /** @returns undefined where it isn't there @throws RunError `damaged`, `unreadable` */
  read(): Promise<T | undefined> {
    return readRecord(this.path, this.shape, this.remedy);
  }

  /** @returns what stands from now on: this, or what another process committed before */
  async commit(value: T): Promise<T> {
    await commitRecord(this.folder, this.name, JSON.stringify(value));
    return (await this.read()) ?? value;
  }
}
