import { spawnSync } from 'node:child_process';

/**
 * Keeps a process, all its threads, on some of the machine's cores.
 *
 * @param cores as the system's `taskset` takes them: `0`, `0-1`
 * @returns whether it is kept there; false where there is no `taskset`
 */
export function pin(pid: number, cores: string): boolean {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]).status === 0;
}
