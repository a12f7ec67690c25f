import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import type { ModelAuditState } from './modelAudit.js';
import { checkRequests } from './requests.js';

/** Of the files, which earlier releases didn't write. A later one than this is refused. */
const FORMAT = 1;
const STATE = '.audit.json';
/** Beside a state: how many rows may have begun since. */
const BEGUN = '.begun';
/** Digits of the largest whole number: a note is replaced as a whole, in one write. */
const DIGITS = 16;

/** Names are those of folders in the models' directory, so they are names of folders here, too. */
export class StateFile {
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

/**
 * The states in a folder, by version.
 *
 * @throws OptionError for a folder that can't be read, or a file that holds no state
 */
export async function statesIn(folder: string): Promise<ReadonlyMap<string, ModelAuditState>> {
  const states = new Map<string, ModelAuditState>();
  for (const file of await filesIn(folder)) {
    if (file.endsWith(STATE)) states.set(file.slice(0, -STATE.length), await stateIn(join(folder, file)));
  }
  return states;
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
      `the state of an audit can't be read (${errorText(error)}); restore ${path}, or remove it to begin a new audit, which ` +
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
