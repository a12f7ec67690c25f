import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeAtomically } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import { replaceFileNow } from '../../lib/util/files/committedFile.js';
import { jsonIn } from '../../lib/util/jsonOf.js';
import type { ModelAuditState } from './modelAudit.js';
import { checkRequests } from './requests.js';

/** Of the files, which earlier releases didn't write. A later one than this is refused. */
const FORMAT = 1;
const STATE = '.audit.json';
/** Beside a state: how many rows may have begun since. */
const BEGUN = '.begun';
/** Digits of the largest whole number: a note is replaced as a whole, in one write. */
const DIGITS = 16;
/** Letters of the longest mark. */
const LETTERS = 8;

/**
 * What a note says beside its number: that the state beside it is void, or that it couldn't be written. A start that
 * finds a state which doesn't know of it asks a person.
 */
export type Mark = '' | 'void' | 'unsaved';

/** Names are those of folders in the models' directory, so they are names of folders here, too. */
export class StateFile {
  private note: number | undefined;
  private readonly path: string;
  /** A place on another disk, perhaps: where a failure is recorded as well. */
  private readonly elsewhere: string;
  /** Of states: an older one that is still being written never replaces a newer one. */
  private writes = 0;

  constructor(
    private readonly folder: string,
    private readonly version: string,
  ) {
    this.path = join(folder, `${version}${STATE}`);
    this.elsewhere = elsewhereOf(folder);
  }

  async write(state: ModelAuditState): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const write = ++this.writes;
    await writeAtomically(this.path, bytesOf(state), () => write === this.writes);
  }

  /** The same before it returns: what an alarm has voided is kept before any answer says so. */
  writeNow(state: ModelAuditState): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.writes++;
    replaceFileNow(this.path, bytesOf(state));
  }

  /** Some microseconds: what the system has taken outlives the process. */
  writeBegun(rows: number, mark: Mark): void {
    if (this.note === undefined) {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      this.note = openSync(this.path + BEGUN, FOR_NOTES, 0o600);
    }
    writeSync(this.note, noteOf(rows, mark), 0);
  }

  /**
   * Records that the state can't be written, wherever that can be: in the note, whose octets are there even where the
   * disk is full, and in the system's folder of temporary files.
   *
   * @returns whether any place has it
   */
  recordFailure(rows: number): boolean {
    const places = [
      () => this.writeBegun(rows, 'unsaved'),
      () => {
        mkdirSync(this.elsewhere, { recursive: true, mode: 0o700 });
        writeFileSync(join(this.elsewhere, this.version), '', { mode: 0o600, flag: 'a' });
      },
    ];
    return places.map(succeeds).includes(true);
  }

  /** Forgets the failure elsewhere: the note is written anew. */
  forgetFailure(): void {
    rmSync(join(this.elsewhere, this.version), { force: true });
  }

  /** The same without keeping this thread, and again where the file is gone. */
  async keepBegun(rows: number, mark: Mark): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(this.path + BEGUN, FOR_NOTES, 0o600);
    try {
      await file.write(noteOf(rows, mark), 0);
    } finally {
      await file.close();
    }
    // Not before: a folder that has been moved may come back, and its note can still say that a write failed.
    this.close();
  }

  /** Whether notes go to the file of that name: it may have been removed, with its folder. */
  async hasNote(): Promise<boolean> {
    if (this.note === undefined) return true;
    const there = await orNone<{ ino: number } | undefined>(stat(this.path + BEGUN), undefined);
    return this.note === undefined || there?.ino === fstatSync(this.note).ino;
  }

  close(): void {
    if (this.note !== undefined) closeSync(this.note);
    this.note = undefined;
  }
}

const FOR_NOTES = constants.O_CREAT | constants.O_WRONLY;

/** Replaces any other as a whole. */
function noteOf(rows: number, mark: Mark): string {
  return String(rows).padEnd(DIGITS) + mark.padEnd(LETTERS);
}

function bytesOf(state: ModelAuditState): Buffer {
  return Buffer.from(`${JSON.stringify({ format: FORMAT, ...state })}\n`);
}

/** Where failures to write a folder are recorded, a file a version. */
function elsewhereOf(folder: string): string {
  const digest = createHash('sha256').update(resolve(folder)).digest('hex');
  return join(tmpdir(), `spillway-unsaved-${digest.slice(0, 32)}`);
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/**
 * The states in a folder, by version.
 *
 * @param isOwn whether a version's state is this process's own: then no file knows more
 * @throws OptionError for a folder that can't be read, a file that holds no state, and a state that may lack an alarm
 */
export async function statesIn(
  folder: string,
  isOwn: (version: string) => boolean = () => false,
): Promise<ReadonlyMap<string, ModelAuditState>> {
  const states = new Map<string, ModelAuditState>();
  const elsewhere = elsewhereOf(folder);
  const [files, failed] = await Promise.all([filesIn(folder), orNone(readdir(elsewhere), [])]);
  for (const version of failed)
    if (!isOwn(version)) throw mayLackAlarm(folder, version, [join(elsewhere, version)]);
  for (const version of versionsOf(files)) {
    if (isOwn(version)) continue;
    const path = join(folder, version + STATE);
    const [state, note] = [
      files.includes(version + STATE) ? await stateIn(path) : undefined,
      await noteIn(path),
    ];
    const isOlder = note.mark === 'unsaved' || (note.mark === 'void' && state?.isVoid !== true);
    if (isOlder) throw mayLackAlarm(folder, version, [path + BEGUN]);
    if (state !== undefined) states.set(version, withBegun(state, note.rows));
  }
  return states;
}

function versionsOf(files: readonly string[]): ReadonlySet<string> {
  const names = files.map((file) => (file.endsWith(BEGUN) ? file.slice(0, -BEGUN.length) : file));
  return new Set(names.flatMap((name) => (name.endsWith(STATE) ? [name.slice(0, -STATE.length)] : [])));
}

function mayLackAlarm(folder: string, version: string, records: readonly string[]): OptionError {
  const path = join(folder, version + STATE);
  return new OptionError(
    'stateDir',
    `the state of the audit of version ${version} is older than what is recorded of it: it couldn't be written when ` +
      'the process ended, or was replaced, and may lack an alarm. If the log shows none, remove ' +
      `${records.join(' and ')} to go on from ${path}; else certify the model on fresh rows, and remove both`,
  );
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await orNone(readdir(folder), []);
  } catch (error) {
    throw new OptionError(
      'stateDir',
      `the states of audits can't be read (${errorText(error)}): make ${folder} a folder that can be read, or remove it to begin new audits`,
    );
  }
}

async function stateIn(path: string): Promise<ModelAuditState> {
  try {
    return read(jsonIn(await readFile(path, 'utf8')));
  } catch (error) {
    throw new OptionError(
      'stateDir',
      `the state of an audit can't be read (${errorText(error)}); restore ${path}, or remove it to begin a new audit, which ` +
        'forgets alarms; or start the release that wrote it',
    );
  }
}

async function noteIn(path: string): Promise<{ readonly rows: number; readonly mark: string }> {
  const note = await orNone(readFile(path + BEGUN, 'utf8'), '').catch((error: unknown) => {
    throw new OptionError(
      'stateDir',
      `the note of an audit can't be read (${errorText(error)}): make ${path + BEGUN} a file that can be read`,
    );
  });
  return { rows: Number.parseInt(note, 10) || 0, mark: note.slice(DIGITS).trim() };
}

function withBegun({ requests, ...state }: ModelAuditState, rows: number): ModelAuditState {
  if (requests === undefined) return state;
  return { ...state, requests: { ...requests, begun: Math.max(requests.begun, rows) } };
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
