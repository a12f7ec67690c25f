import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** How often processes are looked at, in milliseconds. */
const EVERY = 50;
/** Of a clock's tick in /proc, in seconds. */
const TICK = 0.01;

interface Seen {
  readonly peakKB: number;
  readonly ticks: number;
}

/** All processes that a process starts, looked at while they live. */
export class Watch {
  private readonly seen = new Map<number, Seen>();
  private readonly timer = setInterval(() => this.look(), EVERY);

  constructor(private readonly root: number) {}

  /** Those that live. */
  get pids(): readonly number[] {
    const found: number[] = [];
    const queue = [this.root];
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      const children = childrenOf(pid);
      found.push(...children);
      queue.push(...children);
    }
    return found;
  }

  /** Of all of them, those that have ended too. */
  get cpuSeconds(): number {
    return TICK * [...this.seen.values()].reduce((sum, { ticks }) => sum + ticks, 0);
  }

  /** The sum of their peaks. */
  get peakMB(): number {
    if (!existsSync('/proc/self/status')) return Number.NaN;
    return [...this.seen.values()].reduce((sum, { peakKB }) => sum + peakKB, 0) / 1_024;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of this.pids) {
      const peak = /^VmHWM:\s*(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
      // The name, in parentheses, may hold blanks; two numbers of the eleventh and twelfth field after it.
      const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
      if (peak !== undefined)
        this.seen.set(pid, { peakKB: Number(peak), ticks: Number(fields[11]) + Number(fields[12]) });
    }
  }
}

function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** A process may have ended since it was found. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
