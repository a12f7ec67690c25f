import {
  ArtifactError,
  AsyncError,
  BackendError,
  BudgetStop,
  CodeError,
  DataError,
  DeadlineError,
  FeatureError,
  IdentityError,
  InputError,
  JournalError,
  ListenError,
  LookupError,
  MemoryLimitError,
  MissingEvidence,
  MissingPackage,
  ModelError,
  OptionError,
  OutsideQuery,
  OverloadError,
  PackageConflict,
  PoisonRow,
  PriceLimitError,
  RefusedRow,
  RowsError,
  RunError,
  ServerError,
  SpillwayError,
  TableError,
  ThreadError,
  UnstableFeature,
  UnstableModel,
  UsedRows,
  VacuousBound,
} from '../../errors.js';

/** Causes of causes that are sent: an error may be its own. */
const CAUSES = 8;
/** Errors that keep their class, by name. A namespace that is imported whole would take Node's loader into browsers. */
const CLASSES: Readonly<Record<string, { readonly prototype: Error }>> = {
  SpillwayError,
  OptionError,
  DataError,
  FeatureError,
  IdentityError,
  InputError,
  RefusedRow,
  UnstableFeature,
  LookupError,
  DeadlineError,
  ModelError,
  UnstableModel,
  ServerError,
  OverloadError,
  OutsideQuery,
  VacuousBound,
  PriceLimitError,
  BudgetStop,
  JournalError,
  MissingEvidence,
  UsedRows,
  RowsError,
  TableError,
  ArtifactError,
  ListenError,
  AsyncError,
  MissingPackage,
  PackageConflict,
  PoisonRow,
  MemoryLimitError,
  ThreadError,
  BackendError,
  CodeError,
  RunError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** An error as threads send it: copying alone would lose its class and its fields. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: SentError | undefined;
  /** Its own fields, as far as they are plain. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @param thrown an error, or whatever else was thrown */
export function sentError(thrown: unknown, causes = CAUSES): SentError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  const fields = Object.entries(error).filter(([, value]) => [value].flat().every(isPlain));
  return {
    name,
    message,
    stack,
    cause: cause === undefined || causes === 0 ? undefined : sentError(cause, causes - 1),
    fields: Object.fromEntries(fields),
  };
}

/** The error again: one of ours or of the language of its class, with its fields. */
export function receivedError({ name, message, stack, cause, fields }: SentError): Error {
  const error = new Error(message, cause && { cause: receivedError(cause) });
  const own = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (own === undefined) error.name = name;
  else Object.setPrototypeOf(error, own.prototype);
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, fields);
}

function isPlain(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}
