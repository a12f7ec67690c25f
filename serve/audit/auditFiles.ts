import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/timer.js';
import type { ModelAuditState } from './modelAudit.js';

/** Milliseconds from a change until it is written: what was drawn within them is lost if the process is killed. */
const WRITE_AFTER_MS = 1_000;

/**
 * States of audits in a folder, one file a version of a model, so that audits go on when the process starts again. The
 * files hold the seeds by which rows are drawn: who reads them can foresee which.
 */
export class AuditFiles {
  private readonly writers = new Set<StateWriter>();

  /** @param folder undefined: nothing is kept */
  constructor(
    private readonly folder: string | undefined,
    private readonly timer: Timer,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * The state that was kept of a version, if any.
   *
   * @throws OptionError for a file that holds no state: an alarm may be in it
   */
  async read(name: string, version: string): Promise<ModelAuditState | undefined> {
    if (this.folder === undefined) return undefined;
    const path = this.path(this.folder, name, version);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return checked(JSON.parse(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new OptionError(
        'stateDir',
        `the state of the audit of ${name}/${version} can't be read (${why}); restore ${path}, or remove it to begin a new audit`,
      );
    }
  }

  /** What writes the state of a version whenever it has changed, soon after. */
  writer(name: string, version: string, state: () => ModelAuditState): StateWriter {
    const { folder } = this;
    const write = async () => {
      if (folder === undefined) return;
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      await writeAtomically(this.path(folder, name, version), Buffer.from(`${JSON.stringify(state())}\n`));
    };
    const timer = folder === undefined ? undefined : this.timer;
    const writer: StateWriter = new StateWriter(write, timer, this.onFault, () =>
      this.writers.delete(writer),
    );
    this.writers.add(writer);
    return writer;
  }

  /** Writes what has changed. */
  async flush(): Promise<void> {
    await Promise.all([...this.writers].map((writer) => writer.flush()));
  }

  /** Names are those of folders in the models' directory, so they are names of folders here, too. */
  private path(folder: string, name: string, version: string): string {
    return join(folder, name, `${version}.audit.json`);
  }
}

/** Writes one file, never twice at once. */
export class StateWriter {
  private callOff: (() => void) | undefined;
  private isChanged = false;
  private isStopped = false;
  private last: Promise<void> = Promise.resolve();

  /** @param timer undefined: nothing is written */
  constructor(
    private readonly write: () => Promise<void>,
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

  /** Writes nothing from now on. */
  stop(): void {
    this.isStopped = true;
    this.isChanged = false;
    this.callOff?.();
    this.onStop();
  }

  /** Fulfilled once the file holds the state. */
  flush(): Promise<void> {
    this.callOff?.();
    this.callOff = undefined;
    this.last = this.last.then(async () => {
      if (!this.isChanged) return;
      this.isChanged = false;
      await this.write().catch((error: unknown) => {
        this.isChanged = true;
        this.onFault(error);
      });
    });
    return this.last;
  }
}

/** The audits check their own states when they resume. */
function checked(state: ModelAuditState): ModelAuditState {
  const isState =
    typeof state === 'object' &&
    state !== null &&
    typeof state.isVoid === 'boolean' &&
    typeof state.evidence === 'number' &&
    Array.isArray(state.modes);
  if (!isState) throw new OptionError('state', 'expected { isVoid, evidence, modes }');
  return state;
}
