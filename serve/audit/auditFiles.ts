import { join } from 'node:path';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelAuditState } from './modelAudit.js';
import { StateFile, statesIn } from './stateFile.js';
import { StateWriter } from './stateWriter.js';

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
   * @throws OptionError for a folder that can't be read, or a file that holds no state, or one that may
   *   lack an alarm
   */
  async read(name: string): Promise<ReadonlyMap<string, ModelAuditState>> {
    const states = new Map(
      this.folder === undefined
        ? []
        : await statesIn(join(this.folder, name), (version) => this.known.get(name)?.has(version) ?? false),
    );
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
    // A successor's promise rests on what couldn't be written before.
    const isUnsaved = [...this.writers].some(([other, of]) => other.isUnsaved && of.startsWith(`${name}/`));
    // What couldn't be written of an audit before is older.
    for (const [other, of] of this.writers) if (of === key && other.isEnding) other.stop();
    const file = folder === undefined ? undefined : new StateFile(join(folder, name), version);
    const timer = folder === undefined ? undefined : this.timer;
    const writer: StateWriter = new StateWriter(
      file,
      state,
      timer,
      this.onFault,
      () => {
        this.writers.delete(writer);
        if (versions.get(version) !== state) return;
        // Not the audit itself, which has memory of its own.
        const last = state();
        versions.set(version, () => last);
      },
      isUnsaved,
    );
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
