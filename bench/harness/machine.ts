import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** The machine that the figures were measured on. */
export function machine() {
  const processors = cpus();
  return {
    platform: `${process.platform}-${process.arch}`,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGB: Number((totalmem() / 2 ** 30).toFixed(1)),
  };
}

export function versions() {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const spillway =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  return { spillway, node: process.versions.node, v8: process.versions.v8 };
}

/**
 * The peak memory, in MiB, of the process while something runs. Only Linux can reset the count;
 * elsewhere it counts from the start of the process, which is no less.
 */
export async function peakMemory<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; peakMB: number }> {
  if (process.platform === 'linux') beginAnew();
  const result = await work();
  const fromStart = process.resourceUsage().maxRSS / 1024;
  return { result, peakMB: process.platform === 'linux' ? (highWater() ?? fromStart) : fromStart };
}

/** proc_pid_clear_refs(5): writing 5 resets the peak resident set size. A container may forbid it. */
function beginAnew(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak then counts from the start.
  }
}

function highWater(): number | undefined {
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
