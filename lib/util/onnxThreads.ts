import { isMainThread } from 'node:worker_threads';
import { PackageConflict } from '../errors.js';

/**
 * Whether this release of onnxruntime-node can be used on worker threads. Those below 1.27 keep one constructor of
 * tensors for all threads: they abort the process, or fail to load once a thread that had them has ended
 * (https://github.com/microsoft/onnxruntime/issues/24486).
 */
export function isForThreads(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 27);
}

/**
 * To be called before the package is loaded: nothing can be caught after that.
 *
 * @param version of the onnxruntime-node that is to be loaded; undefined where it isn't installed
 * @throws PackageConflict on a worker thread, for a release that isn't for threads
 */
export function checkThread(version: string | undefined, isOnThread = !isMainThread): void {
  if (!isOnThread || version === undefined || isForThreads(version)) return;
  throw new PackageConflict(
    'onnxruntime-node',
    `onnxruntime-node ${version} can't be used on a worker thread: below 1.27 it aborts the whole process ` +
      '(https://github.com/microsoft/onnxruntime/issues/24486). Install 1.27 or later (npm install ' +
      `onnxruntime-node@latest), or run the model on the main thread: of a server by "inline": true in model.json`,
  );
}
