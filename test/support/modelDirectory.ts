import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FakeArtifact } from './fakeHost.js';

/** A directory of models that a test writes. */
export class ModelDirectory {
  private written = 0;

  constructor(readonly path: string) {}

  /** A file, replaced in one step, as those who publish models should do it. */
  async write(path: string, content: string): Promise<void> {
    const to = join(this.path, path);
    await mkdir(dirname(to), { recursive: true });
    const beside = join(dirname(to), `.${++this.written}.tmp`);
    await writeFile(beside, content);
    await rename(beside, to);
  }

  /** A version that the fake host reads. @param at `NAME/VERSION` */
  async model(at: string, artifact: FakeArtifact = {}, settings?: object): Promise<void> {
    await this.write(`${at}/features.js`, '// Nothing is read of it.\n');
    if (settings !== undefined) await this.write(`${at}/model.json`, JSON.stringify(settings));
    await this.write(`${at}/model.cascade`, JSON.stringify(artifact));
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.path, path), { recursive: true });
  }
}
