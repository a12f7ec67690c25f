import { readdir, readFile } from 'node:fs/promises';
import { RecentDurations } from '../scheduling/index.js';
import type { MetricHead } from './exposition.js';

/** A metric of the process with its value. */
export interface ProcessMetric extends MetricHead {
  readonly type: 'counter' | 'gauge';
  readonly value: number;
}

/** Milliseconds between two looks at how late the event loop is. */
const TICK_MS = 20;

/** How late timers are on this thread, the one that reads requests, in the last one to two minutes. */
export class LoopLag {
  private readonly lags = new RecentDurations();
  private due = performance.now() + TICK_MS;
  private readonly ticking: NodeJS.Timeout;

  constructor() {
    this.ticking = setInterval(() => {
      const now = performance.now();
      this.lags.record(now - this.due, now);
      this.due = now + TICK_MS;
    }, TICK_MS);
    this.ticking.unref();
  }

  /** Seconds that a share of the ticks were late at most; 0 before the first. */
  quantile(share: number): number {
    return (this.lags.quantile(share, performance.now()) ?? 0) / 1000;
  }

  close(): void {
    clearInterval(this.ticking);
  }
}

const START_SECONDS = performance.timeOrigin / 1000;

/**
 * What the process takes, by the names that Prometheus' clients use, so that dashboards for them fit.
 *
 * @param lag of the event loop
 * @see Prometheus, "Writing client libraries", process metrics
 */
export async function processMetrics(lag: Pick<LoopLag, 'quantile'>): Promise<readonly ProcessMetric[]> {
  const { user, system } = process.cpuUsage();
  const files = await openFiles();
  const counter = (name: string, help: string, value: number) =>
    ({ name, type: 'counter', help, value }) as const;
  const gauge = (name: string, help: string, value: number) =>
    ({ name, type: 'gauge', help, value }) as const;
  const late = (share: string, quantile: number) =>
    gauge(
      `nodejs_eventloop_lag_${share}_seconds`,
      `How late timers are on the thread that reads requests, in the last one to two minutes: ${share}`,
      lag.quantile(quantile),
    );
  return [
    counter('process_cpu_seconds_total', 'Processor time of all threads', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Memory that is resident', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When the process was started, since 1970', START_SECONDS),
    ...(files === undefined
      ? []
      : [
          gauge('process_open_fds', 'Open file descriptors, connections included', files.open),
          gauge('process_max_fds', 'The most that there may be', files.most),
        ]),
    late('p50', 0.5),
    late('p99', 0.99),
    late('max', 1),
  ];
}

/** Undefined where the system doesn't tell: Linux does. */
async function openFiles(): Promise<{ readonly open: number; readonly most: number } | undefined> {
  try {
    const [open, limits] = await Promise.all([
      readdir('/proc/self/fd'),
      readFile('/proc/self/limits', 'utf8'),
    ]);
    const most = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
    // The folder is open itself while it is read.
    return { open: open.length - 1, most: most === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(most) };
  } catch {
    return undefined;
  }
}
