import { RequestError } from '../lib/inference/index.js';

/**
 * A failure as its client sees it. What is no RequestError is reported to the operator and stays there: its text may
 * name files or data of others.
 */
export function asRequestError(error: unknown, onFault: (error: unknown) => void): RequestError {
  if (error instanceof RequestError) {
    if (error.reason === 'internal') onFault(error);
    return error;
  }
  onFault(error);
  return new RequestError('internal', 'the server failed; its log says why', undefined, { cause: error });
}

/** Reports what failed inside of the server to standard error. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
