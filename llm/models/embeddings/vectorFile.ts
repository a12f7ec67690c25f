import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { ArtifactError } from '../../../lib/errors.js';
import { textDigest } from '../../../lib/util/digest.js';
import { errorText } from '../../../lib/util/errorText.js';

/** What the vectors of a file depend on. */
export interface VectorsOf {
  readonly model: string;
  readonly dimensions: number | null;
  /** A digest of what else a request says. */
  readonly extra: string | null;
}

/** Where the line of a text is, without its end. */
interface Place {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Octets that are read at once, about. */
const STEP = 1 << 20;
/** Octets between lines that are read, too: that costs less than another request. */
const GAP = 1 << 16;
/** Milliseconds. */
const SOON = 200;
/** Hexadecimal digits of a text's digest, and of a line's checksum. */
const [KEY, SUM] = [64, 8];

/**
 * Vectors by the digests of their texts, in a file that only grows: a line each, with a checksum. Several processes may add to
 * one at once. Lines that are damaged, as by a crash, are passed over: their texts are encoded again.
 */
export class VectorFile {
  private readonly places = new Map<string, Place>();
  private adding: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** @throws ArtifactError for a file of another kind, or of another model */
  static async open(path: string, of: VectorsOf): Promise<VectorFile> {
    let file: FileHandle;
    let isEmpty: boolean;
    try {
      isEmpty = await staysEmpty(path);
      file = await open(path, 'a+');
    } catch (error) {
      throw new ArtifactError('unreadable', `${path}: ${errorText(error)}`, { cause: error });
    }
    const own = new VectorFile(path, file);
    try {
      if (isEmpty) throw empty(path);
      await own.read(of);
    } catch (error) {
      await file.close();
      throw error;
    }
    return own;
  }

  /** The vectors of texts by their digests, as far as the file has them. */
  async get(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    for (const block of blocksOf(keys.flatMap((key) => this.places.get(key) ?? []))) {
      const { from } = block[0];
      const size = endOf(block) - from;
      const { buffer } = await this.file.read(Buffer.alloc(size), 0, size, from);
      for (const { key, from: at, to } of block) {
        const vector = vectorIn(buffer.toString('latin1', at - from, to - from), key);
        if (vector !== undefined) found.set(key, vector);
      }
    }
    return found;
  }

  /** Adds vectors. They are in the file when this ends. */
  add(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    // One after the other: where lines are is told by the file's size.
    const own = this.adding.then(() => this.append(vectors));
    this.adding = own.catch(() => undefined);
    return own;
  }

  private async append(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    const lines = [...vectors].map(([key, vector]) => [key, lineOf(key, vector)] as const);
    await this.file.appendFile(lines.map(([, line]) => line).join(''));
    // Another process may have written, too: what is read is checked.
    let at = (await this.file.stat()).size;
    for (const [key, line] of lines.reverse()) {
      at -= line.length;
      this.places.set(key, { key, from: at, to: at + line.length - 1 });
    }
  }

  async close(): Promise<void> {
    await this.adding;
    await this.file.close();
  }

  private async read(of: VectorsOf): Promise<void> {
    const header = `${JSON.stringify({ kind: 'spillway vectors', version: 1, of })}\n`;
    let rest = '';
    let at = 0;
    let isFirst = true;
    for (let from = 0; ; ) {
      const { bytesRead, buffer } = await this.file.read(Buffer.alloc(STEP), 0, STEP, from);
      if (bytesRead === 0) break;
      from += bytesRead;
      const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (isFirst) this.checkHeader(line, header);
        else if (isWhole(line)) {
          const key = line.slice(0, KEY);
          this.places.set(key, { key, from: at, to: at + line.length });
        }
        isFirst = false;
        at += line.length + 1;
      }
    }
    if (isFirst && rest === '') await this.file.appendFile(Buffer.from(header, 'latin1'));
    else if (isFirst) this.checkHeader(rest, header);
    // So that the next line begins on one of its own.
    else if (rest !== '') await this.file.appendFile('\n');
  }

  private checkHeader(line: string, expected: string): void {
    if (`${line}\n` === expected) return;
    const isOurs = line.startsWith('{"kind":"spillway vectors"');
    throw new ArtifactError(
      isOurs ? 'mismatch' : 'foreign',
      isOurs
        ? `${this.path} holds vectors of ${line.slice(line.indexOf('"of":') + 5, -1)}: give this model a file of its own`
        : `${this.path} holds no vectors: give 'cache' a file of its own`,
    );
  }
}

/** Whether a file is there and holds nothing: one that another process has just made has its first line soon. */
async function staysEmpty(path: string): Promise<boolean> {
  const isEmpty = async () => (await stat(path).catch(() => undefined))?.size === 0;
  if (!(await isEmpty())) return false;
  await setTimeout(SOON);
  return isEmpty();
}

function empty(path: string): ArtifactError {
  return new ArtifactError(
    'damaged',
    `${path} is empty, and a file of vectors never is: what it held is lost. Put a copy of it back, or delete it, and all texts are encoded anew`,
  );
}

function lineOf(key: string, vector: Float32Array): string {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const text = `${key} ${bytes.toString('base64')}`;
  return `${text} ${sumOf(text)}\n`;
}

function sumOf(text: string): string {
  return textDigest(text).slice(0, SUM);
}

function isWhole(line: string): boolean {
  const text = line.slice(0, -(SUM + 1));
  return text.length > KEY && line === `${text} ${sumOf(text)}`;
}

/** The vector of a line; undefined where it is damaged, or another text's. */
function vectorIn(line: string, key: string): Float32Array | undefined {
  if (!line.startsWith(key) || !isWhole(line)) return undefined;
  const bytes = Uint8Array.from(Buffer.from(line.slice(KEY + 1, -(SUM + 1)), 'base64'));
  return new Float32Array(bytes.buffer);
}

/** Lines in the order of the file, in blocks that are read at once. */
function blocksOf(places: readonly Place[]): Place[][] {
  const blocks: Place[][] = [];
  for (const place of places.toSorted((one, other) => one.from - other.from)) {
    const last = blocks.at(-1);
    const isNear = last !== undefined && place.from - endOf(last) <= GAP && place.to - last[0].from <= STEP;
    if (isNear) last.push(place);
    else blocks.push([place]);
  }
  return blocks;
}

function endOf(block: readonly Place[]): number {
  return block[block.length - 1].to;
}
