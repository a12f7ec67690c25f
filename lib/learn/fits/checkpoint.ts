import { type FileHandle, open, rm } from 'node:fs/promises';
import { decode, encode, writeAtomically } from '../../data/artifact/index.js';
import { ArtifactError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import type { JsonValue, State, Tensor } from '../../util/state.js';
import type { Timer } from '../../util/timer.js';
import type { FitAnswer } from './task.js';

/** What is kept of a unit's result. */
export type KeptFit = Pick<FitAnswer, 'state' | 'scores'>;

/** The results of a job's units, and other steps of it, that an earlier process left. */
export interface Checkpoint {
  /** The result of a unit, if it was done before. */
  recall(key: string): Promise<KeptFit | undefined>;
  /** Keeps a unit's result. It is written soon, with others. */
  keep(key: string, answer: KeptFit): void;
  /** What a step found before. */
  recallStep(step: string): Promise<JsonValue | undefined>;
  keepStep(step: string, found: JsonValue): void;
  /** The error of a record that isn't what this job kept. @param what is wrong with it */
  unfit(what: string, cause?: unknown): ArtifactError;
  /** Writes what isn't written yet, and lets go of the file. Where it can't be written, a process warning says so. */
  close(): Promise<void>;
  /** Deletes the file: the job is done. */
  remove(): Promise<void>;
}

/** Digests of what a job is made of. */
export interface JobDigests {
  readonly rows: string;
  readonly options: string;
}

/** Results are written after so many milliseconds, or where so many bytes wait. */
const OFTEN = 5_000;
const MOST_BYTES = 2 ** 24;
const LENGTH = 8;
const KIND = 'spillway checkpoint';

/**
 * Opens a checkpoint's file, or begins one.
 *
 * The file is a sequence of records, each its length and a state with its digest. Records are
 * appended, so a process that ends while it writes leaves all earlier records whole; what is left of
 * the last one is cut off.
 *
 * @throws ArtifactError: `unreadable`, `damaged`, `foreign`, `version`; `mismatch` for the checkpoint of other rows
 *   or options
 */
export async function openCheckpoint(
  path: string,
  job: JobDigests,
  timer: Pick<Timer, 'now'>,
): Promise<Checkpoint> {
  const first = framed({ json: { kind: KIND, rows: job.rows, options: job.options }, tensors: {} });
  const file = await open(path, 'r+').catch(async (error: unknown) => {
    if (!isMissing(error)) throw unreadable(path, error);
    await writeAtomically(path, first);
    return open(path, 'r+');
  });
  try {
    return new CheckpointFile(path, file, await placesIn(path, file, job), timer);
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Places {
  /** For each key where its record begins, and how long it is. */
  readonly places: Map<string, readonly [from: number, length: number]>;
  /** Where the next record is written. */
  readonly end: number;
}

/** Reads every record once: their digests are checked. */
async function placesIn(path: string, file: FileHandle, job: JobDigests): Promise<Places> {
  const { size } = await file.stat();
  const places = new Map<string, readonly [number, number]>();
  let at = 0;
  while (at + LENGTH <= size) {
    const head = await read(file, at, LENGTH);
    const length = Number(new DataView(head.buffer).getBigUint64(0, true));
    const from = at + LENGTH;
    if (at > 0 && from + length > size) break;
    if (from + length > size) throw foreign(path);
    const { json } = attempt(path, await read(file, from, length));
    if (at === 0) checkJob(path, json, job);
    else if (isRecord(json) && typeof json.key === 'string') places.set(json.key, [from, length]);
    at = from + length;
  }
  if (at === 0) throw foreign(path);
  if (at < size) await file.truncate(at);
  return { places, end: at };
}

function checkJob(path: string, json: JsonValue, job: JobDigests): void {
  if (!isRecord(json) || json.kind !== KIND) throw foreign(path);
  // Other options draw other rows: they are the cause where both differ.
  for (const part of ['options', 'rows'] as const) {
    if (json[part] === job[part]) continue;
    throw new ArtifactError(
      'mismatch',
      `'${path}' is the checkpoint of other ${part}${part === 'rows' ? ' or labels' : ''}: give those it was begun with, or ` +
        'another path, or delete it',
    );
  }
}

class CheckpointFile implements Checkpoint {
  private waiting: Uint8Array[] = [];
  private bytes = 0;
  private readonly fresh = new Set<string>();
  private written: number;
  private writing: Promise<void> = Promise.resolve();
  private last: number;
  private isBroken = false;

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly known: Places,
    private readonly timer: Pick<Timer, 'now'>,
  ) {
    this.written = known.end;
    this.last = timer.now();
  }

  async recall(key: string): Promise<KeptFit | undefined> {
    const found = await this.find(key);
    if (found === undefined || !isRecord(found.json)) return undefined;
    const { state: json, scores: count } = found.json;
    const tensors = Object.entries(found.tensors);
    const scores: Float64Array[] = [];
    for (let i = 0; ; i++) {
      const each = found.tensors[`${SCORES}${i}`];
      if (!(each instanceof Float64Array)) break;
      scores.push(each);
    }
    if (scores.length !== count) throw this.unfit('a record lacks scores');
    const own = tensors.flatMap(([name, tensor]): [string, Tensor][] =>
      name.startsWith(OWN) ? [[name.slice(OWN.length), tensor]] : [],
    );
    const state =
      isRecord(json) && json.of !== undefined
        ? { json: json.of, tensors: Object.fromEntries(own) }
        : undefined;
    return { state, scores };
  }

  keep(key: string, { state, scores }: KeptFit): void {
    const tensors = [
      ...scores.map((each, i): [string, Tensor] => [`${SCORES}${i}`, each]),
      ...Object.entries(state?.tensors ?? {}).map(([name, tensor]): [string, Tensor] => [
        `${OWN}${name}`,
        tensor,
      ]),
    ];
    this.add(key, {
      json: { key, state: state === undefined ? null : { of: state.json }, scores: scores.length },
      tensors: Object.fromEntries(tensors),
    });
  }

  async recallStep(step: string): Promise<JsonValue | undefined> {
    const found = await this.find(`step ${step}`);
    return found !== undefined && isRecord(found.json) ? found.json.found : undefined;
  }

  keepStep(step: string, found: JsonValue): void {
    this.add(`step ${step}`, { json: { key: `step ${step}`, found }, tensors: {} });
  }

  unfit(what: string, cause?: unknown): ArtifactError {
    return unfit(this.path, 'damaged', what, cause);
  }

  async close(): Promise<void> {
    await this.write();
    await this.file.sync().catch(() => undefined);
    await this.file.close();
  }

  async remove(): Promise<void> {
    this.waiting = [];
    await this.writing;
    await this.file.close();
    await rm(this.path, { force: true });
  }

  private async find(key: string): Promise<State | undefined> {
    const place = this.known.places.get(key);
    return place && attempt(this.path, await read(this.file, ...place));
  }

  private add(key: string, state: State): void {
    if (this.known.places.has(key) || this.fresh.has(key)) return;
    const bytes = framed(state);
    this.fresh.add(key);
    this.waiting.push(bytes);
    this.bytes += bytes.length;
    if (this.bytes < MOST_BYTES && this.timer.now() - this.last < OFTEN) return;
    this.last = this.timer.now();
    void this.write();
  }

  /**
   * One write after the other: each record is whole before the next one begins. A run doesn't end
   * because its checkpoint can't be written: the rest of it just isn't kept.
   */
  private write(): Promise<void> {
    const now = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    this.writing = this.writing.then(async () => {
      if (this.isBroken) return;
      try {
        for (const bytes of now) {
          await this.file.write(bytes, 0, bytes.length, this.written);
          this.written += bytes.length;
        }
      } catch (error) {
        this.isBroken = true;
        process.emitWarning(`can't write the checkpoint '${this.path}': ${errorText(error)}`, {
          code: 'SPILLWAY_CHECKPOINT',
        });
      }
    });
    return this.writing;
  }
}

/** Before the names of a model's own tensors, and the numbers of scores. */
const OWN = 'model ';
const SCORES = 'scores ';

function framed(state: State): Uint8Array {
  const bytes = encode(state);
  const all = new Uint8Array(LENGTH + bytes.length);
  new DataView(all.buffer).setBigUint64(0, BigInt(bytes.length), true);
  all.set(bytes, LENGTH);
  return all;
}

async function read(file: FileHandle, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, from + at);
    if (bytesRead === 0) throw new TypeError('a file became shorter while it was read');
    at += bytesRead;
  }
  return bytes;
}

function attempt(path: string, bytes: Uint8Array): State {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    if (error.reason === 'foreign') throw foreign(path, error);
    const what = `it is ${error.reason === 'version' ? 'of another version' : error.reason}`;
    throw unfit(path, error.reason, what, error);
  }
}

function unfit(path: string, reason: ArtifactError['reason'], what: string, cause: unknown): ArtifactError {
  const message = `the checkpoint '${path}' can't be gone on from, since ${what}: delete it, and the run begins anew`;
  return new ArtifactError(reason, message, { cause });
}

function foreign(path: string, cause?: unknown): ArtifactError {
  return new ArtifactError(
    'foreign',
    `'${path}' is no checkpoint: give the path of one, or of a file that isn't there`,
    { cause },
  );
}

function unreadable(path: string, cause: unknown): ArtifactError {
  return new ArtifactError('unreadable', `can't open the checkpoint '${path}': ${errorText(cause)}`, {
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isRecord(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
