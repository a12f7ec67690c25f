import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelAuditState } from './modelAudit.js';
import { checkRequests } from './requests.js';

/** Milliseconds from a change until it is written: what was drawn within them is lost if the process is killed. */
const WRITE_AFTER_MS = 1_000;

type Versions = Map<string, () => ModelAuditState>;

/**
 * States of audits, by model and version: those of this process, and those that are kept in a folder, one file a
 * version, so that audits go on when the process starts again. The files hold the seeds by which rows are drawn: who
 * reads them can foresee which.
 */
export class AuditFiles {
  private readonly writers = new Set<StateWriter>();
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
   * @throws OptionError for a file that holds no state: an alarm may be in it
   */
  async read(name: string): Promise<ReadonlyMap<string, ModelAuditState>> {
    const states = new Map<string, ModelAuditState>();
    const { folder } = this;
    if (folder !== undefined) {
      for (const file of await orNone(readdir(join(folder, name)), [])) {
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
    const file = folder === undefined ? undefined : new StateFile(join(folder, name), version);
    const timer = folder === undefined ? undefined : this.timer;
    const writer: StateWriter = new StateWriter(file, state, timer, this.onFault, () => {
      this.writers.delete(writer);
      if (versions.get(version) !== state) return;
      // Not the audit itself, which has memory of its own.
      const last = state();
      versions.set(version, () => last);
    });
    this.writers.add(writer);
    return writer;
  }

  /** Writes what has changed. */
  async flush(): Promise<void> {
    await Promise.all([...this.writers].map((writer) => writer.flush()));
  }
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
      this.note = openSync(this.path + BEGUN, constants.O_CREAT | constants.O_WRONLY, 0o600);
    }
    writeSync(this.note, String(rows).padEnd(DIGITS), 0);
  }

  close(): void {
    if (this.note !== undefined) closeSync(this.note);
    this.note = undefined;
  }
}

async function stateIn(path: string): Promise<ModelAuditState> {
  const [text, note] = await Promise.all([
    readFile(path, 'utf8'),
    orNone(readFile(path + BEGUN, 'utf8'), ''),
  ]);
  try {
    const { requests, ...state } = read(JSON.parse(text));
    if (requests === undefined) return state;
    const begun = Math.max(requests.begun, Number.parseInt(note, 10) || 0);
    return { ...state, requests: { ...requests, begun } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OptionError(
      'stateDir',
      `the state of an audit can't be read (${why}); restore ${path}, or remove it to begin a new audit, which ` +
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

/** Writes one file, never twice at once. */
export class StateWriter {
  private callOff: (() => void) | undefined;
  private isChanged = false;
  private isStopped = false;
  private last: Promise<void> = Promise.resolve();

  /** @param file undefined, as the timer: nothing is written */
  constructor(
    private readonly file: StateFile | undefined,
    private readonly state: () => ModelAuditState,
    private readonly timer: Timer | undefined,
    private readonly onFault: (error: unknown) => void,
    private readonly onStop: () => void,
  ) {}

  /** @param isUrgent whether to write at once */
  changed(isUrgent = false): void {
    if (this.timer === undefined || this.isStopped) return;
    this.isChanged = true;
    if (isUrgent) void this.flush();
    else this.callOff ??= this.timer.after(WRITE_AFTER_MS, () => void this.flush());
  }

  /** Keeps, before it returns, how many rows may have begun: those that a state lacks were lost with the process. */
  begun(rows: number): void {
    if (this.isStopped) return;
    try {
      this.file?.writeBegun(rows);
    } catch (error) {
      this.onFault(error);
    }
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

  /** Writes what has changed, and that no more has begun, and then nothing more. */
  async end(): Promise<void> {
    await this.flush();
    const { requests } = this.state();
    if (requests !== undefined) this.begun(requests.begun);
    this.stop();
  }

  /** Fulfilled once the file holds the state. */
  flush(): Promise<void> {
    this.callOff?.();
    this.callOff = undefined;
    this.last = this.last.then(async () => {
      if (!this.isChanged) return;
      this.isChanged = false;
      await this.file?.write(this.state()).catch((error: unknown) => {
        this.isChanged = true;
        this.onFault(error);
      });
    });
    return this.last;
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
