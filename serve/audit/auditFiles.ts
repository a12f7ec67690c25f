import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelAuditState } from './modelAudit.js';
import { checkRequests } from './requests.js';

/** Milliseconds from a change until it is written: what was drawn within them is lost if the process is killed. */
const WRITE_AFTER_MS = 1_000;
/** Milliseconds until what couldn't be written is tried again, the longest: each wait is twice the one before. */
const LONGEST_RETRY_MS = 60_000;
/** Milliseconds of a note beyond which notes aren't waited for: the thread that writes them reads all requests. */
const SLOW_MS = 100;

type Versions = Map<string, () => ModelAuditState>;

/**
 * States of audits, by model and version: those of this process, and those that are kept in a folder, one file a
 * version, so that audits go on when the process starts again. The files hold the seeds by which rows are drawn: who
 * reads them can foresee which.
 */
export class AuditFiles {
  /** With the versions that they write. */
  private readonly writers = new Map<StateWriter, string>();
  /** Of this process, also of audits that have ended. */
  private readonly known = new Map<string, Versions>();

  /**
   * @param folder undefined: nothing is kept
   * @param isKept whether states are written as well as read
   */
  constructor(
    private readonly folder: string | undefined,
    private readonly timer: Timer,
    private readonly onFault: (error: unknown) => void,
    private readonly isKept = true,
  ) {}

  /**
   * The states of a model's audits, by version.
   *
   * @throws OptionError for a folder that can't be read, or a file that holds no state: an alarm may be in it
   */
  async read(name: string): Promise<ReadonlyMap<string, ModelAuditState>> {
    const states = new Map<string, ModelAuditState>();
    const { folder } = this;
    if (folder !== undefined) {
      for (const file of await filesIn(join(folder, name))) {
        if (file.endsWith(STATE))
          states.set(file.slice(0, -STATE.length), await stateIn(join(folder, name, file)));
      }
    }
    // Last, since they are of this moment.
    for (const [version, state] of this.known.get(name) ?? []) states.set(version, state());
    return states;
  }

  /** What writes the state of a version whenever it has changed, soon after. */
  writer(name: string, version: string, state: () => ModelAuditState): StateWriter {
    const folder = this.isKept ? this.folder : undefined;
    const versions: Versions = this.known.get(name) ?? new Map();
    this.known.set(name, versions.set(version, state));
    const key = `${name}/${version}`;
    // What couldn't be written of an audit before is older.
    for (const [other, of] of this.writers) if (of === key && other.isEnding) other.stop();
    const file = folder === undefined ? undefined : new StateFile(join(folder, name), version);
    const timer = folder === undefined ? undefined : this.timer;
    const writer: StateWriter = new StateWriter(file, state, timer, this.onFault, () => {
      this.writers.delete(writer);
      if (versions.get(version) !== state) return;
      // Not the audit itself, which has memory of its own.
      const last = state();
      versions.set(version, () => last);
    });
    this.writers.set(writer, key);
    return writer;
  }

  /** Writes what has changed. */
  async flush(): Promise<void> {
    await Promise.all([...this.writers.keys()].map((writer) => writer.flush()));
  }

  /** Writes what has changed, and nothing more from then on. */
  async close(): Promise<void> {
    await this.flush();
    for (const [writer, key] of this.writers) {
      if (!writer.isWritten) this.onFault(unwritten(key));
      writer.stop();
    }
  }
}

function unwritten(key: string): OptionError {
  return new OptionError(
    'stateDir',
    `the last state of the audit of ${key} couldn't be written before the end: the next start goes on from the one before`,
  );
}

/** Of the files, which earlier releases didn't write. A later one than this is refused. */
const FORMAT = 1;
const STATE = '.audit.json';
/** Beside a state: how many rows may have begun since. */
const BEGUN = '.begun';
/** Digits of the largest whole number: a note is replaced as a whole, in one write. */
const DIGITS = 16;

/** Names are those of folders in the models' directory, so they are names of folders here, too. */
class StateFile {
  private note: number | undefined;
  private readonly path: string;

  constructor(
    private readonly folder: string,
    version: string,
  ) {
    this.path = join(folder, `${version}${STATE}`);
  }

  async write(state: ModelAuditState): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeAtomically(this.path, Buffer.from(`${JSON.stringify({ format: FORMAT, ...state })}\n`));
  }

  /** Some microseconds: what the system has taken outlives the process. */
  writeBegun(rows: number): void {
    if (this.note === undefined) {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      this.note = openSync(this.path + BEGUN, FOR_NOTES, 0o600);
    }
    writeSync(this.note, noteOf(rows), 0);
  }

  /** The same without keeping this thread, and again where the file is gone. */
  async keepBegun(rows: number): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(this.path + BEGUN, FOR_NOTES, 0o600);
    try {
      await file.write(noteOf(rows), 0);
    } finally {
      await file.close();
    }
  }

  /** Whether notes go to the file of that name: it may have been removed, with its folder. */
  async hasNote(): Promise<boolean> {
    if (this.note === undefined) return true;
    const there = await orNone<{ ino: number } | undefined>(stat(this.path + BEGUN), undefined);
    if (this.note === undefined || there?.ino === fstatSync(this.note).ino) return true;
    this.close();
    return false;
  }

  close(): void {
    if (this.note !== undefined) closeSync(this.note);
    this.note = undefined;
  }
}

const FOR_NOTES = constants.O_CREAT | constants.O_WRONLY;

/** Replaces any other as a whole. */
function noteOf(rows: number): string {
  return String(rows).padEnd(DIGITS);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await orNone(readdir(folder), []);
  } catch (error) {
    throw new OptionError(
      'stateDir',
      `the states of audits can't be read (${messageOf(error)}): make ${folder} a folder that can be read, or remove it to begin new audits`,
    );
  }
}

async function stateIn(path: string): Promise<ModelAuditState> {
  try {
    const [text, note] = await Promise.all([
      readFile(path, 'utf8'),
      orNone(readFile(path + BEGUN, 'utf8'), ''),
    ]);
    const { requests, ...state } = read(JSON.parse(text));
    if (requests === undefined) return state;
    const begun = Math.max(requests.begun, Number.parseInt(note, 10) || 0);
    return { ...state, requests: { ...requests, begun } };
  } catch (error) {
    throw new OptionError(
      'stateDir',
      `the state of an audit can't be read (${messageOf(error)}); restore ${path}, or remove it to begin a new audit, which ` +
        'forgets alarms; or start the release that wrote it',
    );
  }
}

/** Of what isn't there. */
async function orNone<Value>(reading: Promise<Value>, none: Value): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return none;
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes one file, never twice at once; what can't be written is tried again until it is. */
export class StateWriter {
  private callOff: (() => void) | undefined;
  private isChanged = false;
  private isStopped = false;
  /** Nothing changes any more: it stops once all is written. */
  isEnding = false;
  private retryMs = WRITE_AFTER_MS;
  /** The last note, and whether the file has it. */
  private noted = 0;
  private isNoteKept = true;
  private isSlow = false;
  private last: Promise<void> = Promise.resolve();

  /** @param file undefined, as the timer: nothing is written */
  constructor(
    private readonly file: StateFile | undefined,
    private readonly state: () => ModelAuditState,
    private readonly timer: Timer | undefined,
    private readonly onFault: (error: unknown) => void,
    private readonly onStop: () => void,
  ) {}

  /** Whether the files have all. */
  get isWritten(): boolean {
    return !this.isChanged && this.isNoteKept;
  }

  /** @param isUrgent whether to write at once */
  changed(isUrgent = false): void {
    if (this.timer === undefined || this.isStopped) return;
    this.isChanged = true;
    if (isUrgent) void this.flush();
    else this.callOff ??= this.timer.after(WRITE_AFTER_MS, () => void this.flush());
  }

  /** Keeps, before it returns, how many rows may have begun: those that a state lacks were lost with the process. */
  begun(rows: number): void {
    if (this.isStopped || this.file === undefined || this.timer === undefined) return;
    this.noted = rows;
    this.isNoteKept = false;
    if (this.isSlow) {
      void this.flush();
      return;
    }
    const since = this.timer.now();
    try {
      this.file.writeBegun(rows);
      this.isNoteKept = true;
    } catch (error) {
      this.failed(error);
    }
    const ms = this.timer.now() - since;
    if (ms <= SLOW_MS) return;
    this.isSlow = true;
    this.onFault(
      new OptionError(
        'stateDir',
        `a note of the audit took ${Math.round(ms)} ms: the next ones aren't waited for. Use a local folder`,
      ),
    );
  }

  /** Writes nothing from now on. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.isChanged = false;
    this.callOff?.();
    this.file?.close();
    this.onStop();
  }

  /** Writes what has changed, and that no more has begun, and then nothing more: at once, or when that can be done. */
  async end(): Promise<void> {
    await this.flush();
    const { requests } = this.state();
    if (requests !== undefined) this.begun(requests.begun);
    this.isEnding = true;
    if (this.isWritten) this.stop();
    else if (this.isSlow) await this.flush();
  }

  /** Fulfilled once the file holds the state. */
  flush(): Promise<void> {
    this.callOff?.();
    this.callOff = undefined;
    this.last = this.last.then(() => this.write());
    return this.last;
  }

  private async write(): Promise<void> {
    const { file, timer } = this;
    if (file === undefined || timer === undefined || this.isStopped) return;
    const wasChanged = this.isChanged;
    this.isChanged = false;
    try {
      if (wasChanged) await file.write(this.state());
      if (!(await file.hasNote())) this.isNoteKept = false;
      while (!this.isNoteKept) {
        const { noted } = this;
        const since = timer.now();
        await file.keepBegun(noted);
        this.isNoteKept = noted === this.noted;
        this.isSlow = timer.now() - since > SLOW_MS;
      }
      this.retryMs = WRITE_AFTER_MS;
      if (this.isEnding && this.isWritten) this.stop();
    } catch (error) {
      this.isChanged ||= wasChanged;
      this.failed(error);
    }
  }

  /** Nothing is lost while the process lives: it has the state, and writes it later. */
  private failed(error: unknown): void {
    if (this.isStopped) return;
    const ms = this.retryMs;
    this.retryMs = Math.min(LONGEST_RETRY_MS, 2 * ms);
    this.callOff ??= this.timer?.after(ms, () => void this.flush());
    this.onFault(
      new OptionError(
        'stateDir',
        `the state of an audit can't be written (${messageOf(error)}). It is kept in memory, and tried again in ${ms / 1_000} s`,
      ),
    );
  }
}

/** The audits check their own states when they resume. */
function read(kept: (ModelAuditState & { readonly format?: number }) | null): ModelAuditState {
  if (kept === null) throw notAState();
  const { format = FORMAT, ...state } = kept;
  if (!(format <= FORMAT))
    throw new OptionError('state', `format ${format} is of a later release, and this one reads ${FORMAT}`);
  const isState =
    typeof state.isVoid === 'boolean' &&
    typeof state.evidence === 'number' &&
    Array.isArray(state.modes) &&
    state.modes.every((mode) => Array.isArray(mode?.promises));
  if (!isState) throw notAState();
  if (state.requests !== undefined) checkRequests(state.requests);
  return state;
}

function notAState(): OptionError {
  return new OptionError('state', 'expected { isVoid, evidence, modes }');
}
