import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelAuditState } from './modelAudit.js';
import type { Mark, StateFile } from './stateFile.js';

/** Milliseconds from a change until it is written: what was drawn within them is lost if the process is killed. */
const WRITE_AFTER_MS = 1_000;
/** Milliseconds until what couldn't be written is tried again, the longest: each wait is twice the one before. */
const LONGEST_RETRY_MS = 60_000;
/** Milliseconds of a note beyond which notes aren't waited for: the thread that writes them reads all requests. */
const SLOW_MS = 100;

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
  /** Writes that have failed. */
  private failures = 0;
  /** Whether the state that the file holds is void. */
  private isVoidKept = false;
  private last: Promise<void> = Promise.resolve();

  /** @param file undefined, as the timer: nothing is written */
  constructor(
    private readonly file: StateFile | undefined,
    private readonly state: () => ModelAuditState,
    private readonly timer: Timer | undefined,
    private readonly onFault: (error: unknown) => void,
    private readonly onStop: () => void,
    /**
     * Whether the files may lack an alarm: a write has failed, and none of the whole state has succeeded since. Nothing
     * is certified meanwhile, since a process that ends would forget it.
     */
    public isUnsaved = false,
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

  /** An alarm: its state is kept before this returns, and so before any answer. */
  alarmed(): void {
    const { file, timer } = this;
    if (file === undefined || timer === undefined || this.isStopped) return;
    try {
      const state = this.state();
      file.writeNow(state);
      this.isVoidKept ||= state.isVoid;
      this.begun(this.noted);
    } catch (error) {
      this.failed(error);
    }
    this.changed(true);
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
      this.file.writeBegun(rows, this.mark);
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
    const { isChanged: wasChanged, failures } = this;
    this.isChanged = false;
    try {
      if (wasChanged) {
        const state = this.state();
        await file.write(state);
        if (state.isVoid && !this.isVoidKept) {
          this.isVoidKept = true;
          this.isNoteKept = false;
        }
      }
      if (!(await file.hasNote())) this.isNoteKept = false;
      while (!this.isNoteKept) {
        const { noted, mark } = this;
        const since = timer.now();
        await file.keepBegun(noted, mark);
        // A failure meanwhile may have been recorded before this note, and be gone with it.
        this.isNoteKept = noted === this.noted && mark === this.mark;
        this.isSlow = timer.now() - since > SLOW_MS;
      }
      this.retryMs = WRITE_AFTER_MS;
      if (this.isUnsaved && failures === this.failures) this.saved(file);
      if (this.isEnding && this.isWritten) this.stop();
    } catch (error) {
      this.isChanged ||= wasChanged;
      this.failed(error);
    }
  }

  /** The files have all that had failed: the record of it goes. */
  private saved(file: StateFile): void {
    this.isUnsaved = false;
    this.begun(this.noted);
    if (!this.isUnsaved) file.forgetFailure();
  }

  private get mark(): Mark {
    if (this.isUnsaved) return 'unsaved';
    return this.isVoidKept ? 'void' : '';
  }

  /** Nothing is lost while the process lives: it has the state, and writes it later. A start after its end is told. */
  private failed(error: unknown): void {
    if (this.isStopped) return;
    this.failures++;
    const isRecorded = this.file?.recordFailure(this.noted) ?? false;
    this.isUnsaved = true;
    const ms = this.retryMs;
    this.retryMs = Math.min(LONGEST_RETRY_MS, 2 * ms);
    this.callOff ??= this.timer?.after(ms, () => void this.flush());
    this.onFault(
      new OptionError(
        'stateDir',
        `the state of an audit can't be written (${error instanceof Error ? error.message : error}). It is kept in memory, and tried again in ${ms / 1_000} s; answers say 'unsaved' until then${isRecorded ? '' : ', and no file knows of it'}`,
      ),
    );
  }
}
