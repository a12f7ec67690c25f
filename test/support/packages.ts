import { createRequire } from 'node:module';

/** Whether an optional package is installed, wherever NODE_PATH says too. */
export function isHere(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
