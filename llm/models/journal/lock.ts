import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { JournalError } from '../../../lib/errors.js';
import { errorText } from '../../../lib/util/errorText.js';
import { jsonOf } from '../../../lib/util/jsonOf.js';
import { isAlive, processSpace } from '../../../lib/util/processSpace.js';

/** A lock that this process holds. */
export interface HeldLock {
  /** Set where another has taken the lock, since nothing was heard of this holder for too long. */
  readonly lost: JournalError | undefined;
  /** Says that its holder is still there, to those who can't ask for it. It is called every few seconds. */
  refresh(): Promise<void>;
  release(): Promise<void>;
}

/** Who holds a lock. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  /** Those whose process numbers it sees. */
  readonly whose: string;
  /** When its process began, as the system counts: numbers of processes are used again. */
  readonly began: string | null;
  readonly since: string;
}

/** Milliseconds between refreshes. */
const BEAT = 10_000;
/**
 * Milliseconds without a refresh after which a holder that can't be asked for is taken for gone: one on another machine, or a
 * thread of this process, which may have ended before it.
 */
const [OLD, OLD_THREAD] = [3_600_000, 60_000];
/** Times that a lock may change hands while we look at it. */
const TRIES = 100;

/**
 * Locks a path for this process, by a file beside it, `PATH.lock`. The lock of a process that has ended is taken over.
 *
 * A file is made by linking to it, so that one of many succeeds. Whoever buries a dead holder first locks, in the same way, a
 * path that has the dead one's token in its name: one process at a time may put its own lock in that one's place. If
 * that process dies meanwhile, its claim is a dead holder's lock like any other.
 *
 * @throws JournalError `locked` where a process holds it that lives, or may live; `unwritable`
 */
export async function lockPath(path: string): Promise<HeldLock> {
  const own: Holder = {
    token: randomUUID(),
    pid: process.pid,
    whose: processSpace(),
    began: beganOf(process.pid),
    since: new Date().toISOString(),
  };
  const lock = `${path}.lock`;
  const temporary = `${lock}.${own.token}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(own), { flag: 'wx' });
    await take(path, lock, temporary, own);
  } catch (error) {
    if (error instanceof JournalError) throw error;
    throw new JournalError(
      path,
      'unwritable',
      `can't lock it: ${errorText(error)}. Its folder must be one that can be written to, on a file system that has links`,
      [],
      { cause: error },
    );
  } finally {
    await rm(temporary, { force: true });
  }
  let lost: JournalError | undefined;
  const isOwn = async () => {
    const holder = await holderOf(lock);
    if (typeof holder === 'object' && holder.token === own.token) return true;
    lost ??= locked(path, lock, holder ?? 'unreadable');
    return false;
  };
  const refresh = async () => {
    const now = new Date();
    if (await isOwn()) await utimes(lock, now, now);
  };
  // What fails now may not the next time.
  const beat = setInterval(() => void refresh().catch(() => undefined), BEAT);
  beat.unref();
  return {
    get lost() {
      return lost;
    },
    refresh,
    async release() {
      clearInterval(beat);
      if (await isOwn()) await rm(lock, { force: true });
    },
  };
}

async function take(path: string, lock: string, temporary: string, own: Holder): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const isFirst = await link(temporary, lock).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      },
    );
    if (isFirst) return;
    const holder = await holderOf(lock);
    if (holder === undefined) continue;
    if (holder === 'unreadable' || !(await isGone(lock, holder))) throw locked(path, lock, holder);
    const claim = `${lock}.${holder.token}`;
    await take(path, claim, temporary, own);
    try {
      const now = await holderOf(lock);
      if (now === undefined || now === 'unreadable' || now.token !== holder.token) continue;
      const successor = `${temporary}.2`;
      await link(temporary, successor);
      await rename(successor, lock);
      return;
    } finally {
      await rm(claim, { force: true });
    }
  }
  throw locked(path, lock, 'unreadable');
}

/** Undefined where there is none any more. */
async function holderOf(lock: string): Promise<Holder | 'unreadable' | undefined> {
  const text = await readFile(lock, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const holder = jsonOf(text);
  return isHolder(holder) ? holder : 'unreadable';
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { token, pid, whose, began, since } = value as Partial<Record<keyof Holder, unknown>>; // Each is looked at.
  return (
    [token, whose, since].every((each) => typeof each === 'string') &&
    typeof pid === 'number' &&
    (began === null || typeof began === 'string')
  );
}

async function isGone(lock: string, { whose, pid, began }: Holder): Promise<boolean> {
  const isHere = whose === processSpace();
  if (isHere && pid !== process.pid) return !isAlive(pid) || (began !== null && beganOf(pid) !== began);
  if (isHere && began !== beganOf(pid)) return true;
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > (isHere ? OLD_THREAD : OLD);
}

/** When a process began, in ticks since its machine did; null where the system doesn't tell. */
function beganOf(pid: number): string | null {
  try {
    // The name of a process may hold spaces and brackets; after the last bracket come the third field and the others.
    const [, fields = ''] = /.*\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return fields.split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function locked(path: string, lock: string, holder: Holder | 'unreadable'): JournalError {
  const who =
    holder === 'unreadable'
      ? 'another process'
      : holder.whose !== processSpace()
        ? `process ${holder.pid} of another machine or container, since ${holder.since},`
        : holder.pid === process.pid
          ? 'another thread of this process, or one that ended in the last minute,'
          : `process ${holder.pid}, since ${holder.since},`;
  return new JournalError(
    path,
    'locked',
    `${who} uses it. Two that ask at once would pay twice: end that one, close its models, or give this one a journal of its own` +
      (holder !== 'unreadable' && holder.whose === processSpace()
        ? ''
        : `. Delete '${lock}' if you know that it has ended`),
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
