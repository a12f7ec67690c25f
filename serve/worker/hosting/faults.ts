import { DeadlineError, OutsideQuery, SpillwayError } from '../../../lib/errors.js';
import { RequestError, type RequestFault } from '../../../lib/protocol/messages/index.js';
import { RefusedRows } from '../../executor.js';

/** An error as threads send it: classes are lost between them. */
export interface SentFault {
  readonly reason: RequestFault;
  readonly message: string;
  /** See {@link RefusedRows}. */
  readonly isRefused?: boolean;
}

/** Why a slice has no answer. */
export function sliceFault(model: string, error: unknown): SentFault {
  if (error instanceof RequestError)
    return { reason: error.reason, message: error.message, isRefused: error instanceof RefusedRows };
  if (error instanceof DeadlineError) return { reason: 'deadline', message: `${model}: ${error.message}` };
  if (error instanceof OutsideQuery) return { reason: 'invalid', message: `${model}: ${error.message}` };
  return { reason: 'internal', message: `${model}: ${messageOf(error)}` };
}

/** Why a model can't be loaded. */
export function loadFault(error: unknown): SentFault {
  if (error instanceof RequestError) return { reason: error.reason, message: error.message };
  return { reason: 'unavailable', message: messageOf(error) };
}

export function receivedFault({ reason, message, isRefused }: SentFault): RequestError {
  return isRefused ? new RefusedRows(message) : new RequestError(reason, message);
}

export function messageOf(error: unknown): string {
  if (error instanceof SpillwayError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
