import { createHmac } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeAtomically } from '../../../lib/data/artifact/index.js';
import { JournalError } from '../../../lib/errors.js';
import { errorText } from '../../../lib/util/errorText.js';
import type { ChatQuestion } from '../asking/index.js';
import { checkHeader, proofOf } from './checkHeader.js';
import { GroupWriter } from './groupWriter.js';
import { emptyState, enter, type JournalState } from './journalState.js';
import { type HeldLock, lockPath } from './lock.js';
import { readJournal } from './readJournal.js';
import {
  type JournalHeader,
  type JournalIdentity,
  type JournalRecord,
  type KeptClaim,
  lineOf,
} from './records.js';

/** Where paid answers are kept, and what of the questions. */
export interface JournalOptions {
  /** The file; it is made where it isn't there. */
  readonly path: string;
  /**
   * Questions are kept as digests. Of a short text whoever has the file could guess it and compare; digests keyed by a secret
   * can't be guessed. The same secret reads them again. Answers are kept as they were given: a model that repeats a row shows it.
   * @defaultValue plain digests
   */
  readonly secret?: string | undefined;
  /** Whether the texts of questions are kept, too. @defaultValue false */
  readonly texts?: boolean | undefined;
}

/** Paid answers, and what was paid for them. In memory; those of a file are appended to it as they come. */
export class Journal {
  private users = 0;
  private closing: Promise<void> | undefined;

  private constructor(
    readonly path: string | undefined,
    private readonly header: JournalHeader,
    readonly state: JournalState,
    /** Damaged lines that were passed over. */
    readonly dropped: number,
    private readonly disk:
      | { readonly file: FileHandle; readonly writer: GroupWriter; readonly lock: HeldLock }
      | undefined,
    private readonly options: Pick<JournalOptions, 'secret' | 'texts'>,
  ) {}

  /** One that ends with the process. */
  static inMemory(of: JournalIdentity): Journal {
    const header = { kind: 'spillway journal' as const, version: 1 as const, of, secret: null };
    return new Journal(undefined, header, emptyState(), 0, undefined, {});
  }

  /**
   * Opens a file, or begins one, and locks it for this process. All models of this process that name the same file share it.
   *
   * @param of what its answers depend on
   * @throws JournalError
   */
  static async open(options: JournalOptions, of: JournalIdentity): Promise<Journal> {
    const path = resolve(options.path);
    for (;;) {
      const known = opened.get(path);
      if (known === undefined) {
        const own = Journal.begin(path, options, of);
        opened.set(path, own);
        own.catch(() => opened.delete(path));
        const journal = await own;
        journal.users++;
        return journal;
      }
      // Where it fails for another's identity or secret, ours may do.
      const journal = await known.catch(() => undefined);
      await journal?.closing;
      if (journal === undefined || opened.get(path) !== known) continue;
      checkHeader(path, journal.header, options, of);
      journal.users++;
      return journal;
    }
  }

  private static async begin(path: string, options: JournalOptions, of: JournalIdentity): Promise<Journal> {
    const lock = await lockPath(path);
    let file: FileHandle | undefined;
    try {
      const own: JournalHeader = {
        kind: 'spillway journal',
        version: 1,
        of,
        secret: proofOf(options.secret),
      };
      const bytes = await contentOf(path, lineOf(own));
      const { header, state, end, dropped } = readJournal(path, bytes);
      checkHeader(path, header, options, of);
      file = await open(path, 'r+');
      if (end < bytes.length) await file.truncate(end);
      if (dropped > 0) {
        process.emitWarning(
          `journal '${path}': ${dropped} damaged ${dropped === 1 ? 'line was' : 'lines were'} passed over: what they held is asked again`,
          { code: 'SPILLWAY_JOURNAL' },
        );
      }
      const disk = { file, writer: new GroupWriter(file, end), lock };
      return new Journal(path, header, state, dropped, disk, options);
    } catch (error) {
      await file?.close();
      await lock.release();
      if (error instanceof JournalError) throw error;
      throw new JournalError(path, 'unreadable', `can't open it: ${errorText(error)}`, [], { cause: error });
    }
  }

  /** What a question is called here. */
  idOf({ key, ask, attempt }: Pick<ChatQuestion, 'key' | 'ask' | 'attempt'>): string {
    const { secret } = this.options;
    const own = secret === undefined ? key : createHmac('sha256', secret).update(key).digest('hex');
    return `${own}.${ask}.${attempt}`;
  }

  /**
   * Enters a record, and writes it.
   *
   * @param isSynced whether the disk is to have it: what was paid for must outlive the machine's power, too
   * @throws JournalError `unwritable`, `locked`
   */
  async keep(record: JournalRecord, isSynced: boolean): Promise<void> {
    enter(this.state, record);
    if (this.disk === undefined) return;
    if (this.disk.lock.lost) throw this.disk.lock.lost;
    try {
      await this.disk.writer.append(lineOf(record), isSynced);
    } catch (error) {
      throw new JournalError(
        this.path ?? '',
        'unwritable',
        `can't be written: ${errorText(error)}. Nothing more is asked, since it couldn't be kept; see that its disk has room, and run again`,
        [],
        { cause: error },
      );
    }
  }

  /**
   * The claim that was made about a table, where it is this one; undefined where none was made. The first one has all of
   * its delta: another, after its result was seen, would be a second chance to be wrong.
   *
   * @param seed of the sample; undefined for that of the first
   * @throws JournalError `claimed`
   */
  claimOf(table: string, claim: string, seed: string | undefined): KeptClaim | undefined {
    const first = this.state.claims.get(table);
    if (first === undefined) return undefined;
    const isOther = first.claim !== claim;
    if (!isOther && (seed === undefined || seed === first.seed)) return first;
    const [was, is] = isOther ? [first.claim, claim] : ['by another seed of the sample', 'by this one'];
    throw new JournalError(
      this.path ?? '',
      'claimed',
      `another claim was made about this table (${was}; now ${is}), and its sample was drawn. The first one has all of delta: ` +
        'the first call again gives its answers and asks nothing anew; another claim takes a table of other rows',
    );
  }

  /** Keeps a claim before its sample is drawn; only in a file. @throws JournalError `claimed`, `unwritable` */
  async keepClaim(claim: KeptClaim): Promise<void> {
    if (this.disk !== undefined && this.claimOf(claim.table, claim.claim, claim.seed) === undefined)
      await this.keep({ kind: 'claim', ...claim }, true);
  }

  /** Whether the texts of questions are kept. */
  get keepsTexts(): boolean {
    return this.options.texts === true && this.disk !== undefined;
  }

  /** The last of its users closes the file. */
  async close(): Promise<void> {
    if (--this.users > 0) return;
    this.closing ??= this.end();
    await this.closing;
  }

  private async end(): Promise<void> {
    if (this.path === undefined || this.disk === undefined) return;
    const { file, writer, lock } = this.disk;
    try {
      await writer.settled();
      await file.sync().catch(() => undefined);
      await file.close();
      await lock.release();
    } finally {
      opened.delete(this.path);
    }
  }
}

/** Files that this process has locked: a second lock on one of them would wait for ourselves. */
const opened = new Map<string, Promise<Journal>>();

/** @param first what a new file begins with */
async function contentOf(path: string, first: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  // An empty one, too: it may have held answers.
  if (bytes !== undefined) return bytes;
  const own = new TextEncoder().encode(first);
  await writeAtomically(path, own);
  return own;
}
