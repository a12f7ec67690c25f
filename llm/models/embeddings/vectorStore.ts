import { LRUCache } from 'lru-cache';
import { VectorFile, type VectorsOf } from './vectorFile.js';

/** Octets of vectors that are kept in memory. */
const MEMORY = 64e6;

/** Vectors that are kept, in memory and in a file. */
export class VectorStore {
  private readonly memory: LRUCache<string, Float32Array> | undefined;
  private file: Promise<VectorFile> | undefined;

  constructor(
    private readonly cache: string | false | undefined,
    private readonly of: VectorsOf,
  ) {
    const sizeCalculation = ({ byteLength }: Float32Array) => byteLength + KEY_BYTES;
    this.memory = cache === false ? undefined : new LRUCache({ maxSize: MEMORY, sizeCalculation });
  }

  async find(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    const { cache } = this;
    if (typeof cache === 'string') this.file ??= VectorFile.open(cache, this.of);
    const file = await this.file;
    for (const key of keys) {
      const vector = this.memory?.get(key);
      if (vector !== undefined) found.set(key, vector);
    }
    const others = [...new Set(keys)].filter((key) => !found.has(key));
    for (const [key, vector] of (await file?.get(others)) ?? []) {
      this.memory?.set(key, vector);
      found.set(key, vector);
    }
    return found;
  }

  async keep(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const [key, vector] of vectors) this.memory?.set(key, vector);
    await (await this.file)?.add(vectors);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await (await file)?.close();
  }
}

/** Of a key and its place in the cache. */
const KEY_BYTES = 200;
