/** The base of every error: a message with the fault and its remedy, and a stable `code`. */
export class SpillwayError extends Error {
  // Written out, since minifiers rename classes.
  override name = 'SpillwayError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An option was missing, unknown or out of its range. */
export class OptionError extends SpillwayError {
  override name = 'OptionError';

  constructor(
    readonly option: string,
    message: string,
  ) {
    super('OPTION', `option '${option}': ${message}`);
  }
}

/** Rows or labels can't be used: none at all, lengths that differ, a single class. */
export class DataError extends SpillwayError {
  override name = 'DataError';

  constructor(message: string, options?: ErrorOptions) {
    super('DATA', message, options);
  }
}

/** A feature failed, or returned something that isn't a block of its rows. */
export class FeatureError extends SpillwayError {
  override name = 'FeatureError';

  constructor(
    readonly feature: string,
    /** Position of the first such row in the batch, if a row is to blame. */
    readonly row: number | undefined,
    message: string,
    options?: ErrorOptions,
  ) {
    super('FEATURE', `feature '${feature}'${row === undefined ? '' : `, row ${row}`}: ${message}`, options);
  }

  /** The same, of a feature and row by their names: what throws it knows neither. */
  of(feature: string, row: number | undefined): FeatureError {
    return new FeatureError(feature, row, unnamed(this), this);
  }
}

function unnamed({ message }: Error): string {
  return message.replace(/^feature '.*?'(, row \d+)?: /, '');
}

/**
 * A row that a feature can't compute, told from the row by itself before any stage saw it: nothing has failed, and
 * the answers to other rows keep their promise.
 */
export class RefusedRow extends FeatureError {
  override name = 'RefusedRow';

  /** @param error what the feature says of the row */
  constructor(feature: string, row: number, error: Error) {
    super(feature, row, unnamed(error), error);
  }
}

/** Two readings of one value that differ. */
export interface TwoValues {
  /** Column of a feature, class of a model. */
  readonly column: number;
  /** Its value in a large batch, and how many rows the small one had in which it was another. */
  readonly batch: number;
  readonly rows: number;
  readonly alone: number;
  /** The largest difference allowed: see `Feature.tolerance`. */
  readonly tolerance: number;
}

/** The same row has other numbers in another batch, or when it is read again: nothing can be promised of it. */
export class UnstableFeature extends FeatureError {
  override name = 'UnstableFeature';
  /** The column, 0 the first; undefined if memory is shared. */
  readonly column: number | undefined;
  /** Its value in a large batch, and in one of `rows` rows: by itself where that is 1. */
  readonly batch: number | undefined;
  readonly alone: number | undefined;
  readonly rows: number | undefined;
  /** The largest difference allowed, relative to the larger of 1 and their magnitudes. */
  readonly tolerance: number | undefined;

  constructor(feature: string, row: number | undefined, message: string, values?: TwoValues) {
    super(feature, row, message);
    this.column = values?.column;
    this.batch = values?.batch;
    this.alone = values?.alone;
    this.rows = values?.rows;
    this.tolerance = values?.tolerance;
  }
}

/** A remote source gave no value for a key that can be used. */
export class LookupError extends FeatureError {
  override name = 'LookupError';

  constructor(
    feature: string,
    row: number | undefined,
    readonly source: string,
    /**
     * `unreachable`: no connection, or one that was cut; `timeout`: no whole answer in time; `open`: it failed so often
     * recently that it gets no requests for a while; `malformed`: an answer of another length, width or kind than
     * expected, or NaN; `refused`: it answered with an error; `key`: a key that no source can take.
     */
    readonly reason: 'unreachable' | 'timeout' | 'open' | 'malformed' | 'refused' | 'key',
    /** The failure, without the names of feature and source. */
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(feature, row, `source '${source}' ${what}`, options);
  }

  override of(feature: string, row: number | undefined): LookupError {
    const { source, reason, what, cause } = this;
    return new LookupError(feature, row, source, reason, what, cause === undefined ? {} : { cause });
  }
}

/** The time that a call was given is over, and rows still needed something. */
export class DeadlineError extends SpillwayError {
  override name = 'DeadlineError';

  constructor(
    readonly deadlineMs: number,
    /** Features, or a model, that there was no time for. */
    readonly waitingFor: readonly string[] = [],
  ) {
    const what = waitingFor.length === 0 ? '' : ` while ${waitingFor.join(', ')} had still to come`;
    super('DEADLINE', `the deadline of ${deadlineMs} ms passed${what}`);
  }
}

/** A model returned scores that can't be used. */
export class ModelError extends SpillwayError {
  override name = 'ModelError';
  /** Position of the first such row among those that were given, if a row is to blame. */
  readonly row: number | undefined;

  constructor(
    readonly model: string,
    message: string,
    { row, ...options }: ErrorOptions & { readonly row?: number | undefined } = {},
  ) {
    const what = row === undefined ? message : `row ${row}: ${message}`;
    super('MODEL', model === '' ? what : `model '${model}': ${what}`, options);
    this.row = row;
  }

  /** The same, of a row by another position: what throws it knows only its batch. */
  of(row: number | undefined): ModelError {
    const { model, cause } = this;
    return new ModelError(model, unblamed(this), { row, ...(cause !== undefined && { cause }) });
  }
}

/** The message without model and row. */
function unblamed({ message }: ModelError): string {
  return message.replace(/^(model '.*?': )?(row \d+: )?/s, '');
}

/** A model gives the same row other scores in another batch, or at another call: it can't be certified. */
export class UnstableModel extends ModelError {
  override name = 'UnstableModel';
  /** Which of its numbers: for classification the class, by its position. */
  readonly column: number | undefined;
  /** Its score in a large batch, and in one of `rows` rows: by itself where that is 1. */
  readonly batch: number | undefined;
  readonly alone: number | undefined;
  readonly rows: number | undefined;
  /** The largest difference allowed, relative to the larger of 1 and their magnitudes. */
  readonly tolerance: number | undefined;

  constructor(model: string, row: number | undefined, message: string, values?: TwoValues) {
    super(model, message, { row });
    this.column = values?.column;
    this.batch = values?.batch;
    this.alone = values?.alone;
    this.rows = values?.rows;
    this.tolerance = values?.tolerance;
  }
}

/** A server, or a model on it, gave no answer that can be used. */
export class ServerError extends ModelError {
  override name = 'ServerError';

  constructor(
    /** Empty where the call isn't about one model. */
    model: string,
    /**
     * `unreachable`: no connection, or one that was cut; `timeout`: no whole answer in time;
     * `busy`: the server wants the request later (429, 502, 503, 504), or its model isn't loaded, as the message
     * says; `refused`: any other status that is no success; `malformed`: an answer that isn't one of the protocol.
     */
    readonly reason: 'unreachable' | 'timeout' | 'busy' | 'refused' | 'malformed',
    message: string,
    /** Status of the response, where there was one. */
    readonly status?: number,
    options?: ErrorOptions & { readonly row?: number | undefined },
  ) {
    super(model, message, options);
  }

  override of(row: number | undefined): ServerError {
    const { model, reason, status, cause } = this;
    const why = unblamed(this);
    return new ServerError(model, reason, why, status, { row, ...(cause !== undefined && { cause }) });
  }
}

/** Too many rows wait for a model: it can't keep up with its requests. */
export class OverloadError extends SpillwayError {
  override name = 'OverloadError';

  constructor(
    readonly model: string,
    /** Rows that wait, and the limit. */
    readonly queued: number,
    readonly limit: number,
  ) {
    super(
      'OVERLOAD',
      `model '${model}': ${queued} rows wait for it already, and 'maxQueued' is ${limit}: retry later, or ` +
        'use another instance',
    );
  }
}

/** A top-K query is outside the queries that a ranker was certified for, and such are to be refused. */
export class OutsideQuery extends SpillwayError {
  override name = 'OutsideQuery';

  constructor(
    /** The requested number, and the number of candidates. */
    readonly k: number,
    readonly candidates: number,
    message: string,
  ) {
    super('OUTSIDE_QUERY', message);
  }
}

/** A constant answer would already meet the bound, so the bound means nothing. */
export class VacuousBound extends SpillwayError {
  override name = 'VacuousBound';

  constructor(message: string) {
    super('VACUOUS_BOUND', message);
  }
}

/** Tuning would cost more money than it may. */
export class PriceLimitError extends SpillwayError {
  override name = 'PriceLimitError';

  constructor(
    /** The most that may be spent: `maxPrice`. */
    readonly limit: number,
    /** The price that exceeds it. */
    readonly price: number,
    /**
     * `forecast`: refused before the first request; `spent`: the requests so far, and the next rows, would exceed it.
     */
    readonly reason: 'forecast' | 'spent',
    message: string,
  ) {
    super('PRICE_LIMIT', message);
  }
}

/**
 * The next question to a language model would exceed `maxPrice`: nothing was sent for it. All that was paid for is in the
 * journal, and a run with a larger `maxPrice` asks for none of it again.
 */
export class BudgetStop extends PriceLimitError {
  override name = 'BudgetStop';
  /** What the next question costs at most. */
  readonly next: number;
  /** Money paid for answers, in all runs over this journal. */
  readonly spent: number;
  /** Money of questions that may have been paid for although no answer came, and of those under way. */
  readonly reserved: number;
  /** Answers in the journal. */
  readonly asked: number;
  /** Questions of this call that have no answer. */
  readonly left: number;

  constructor(
    limit: number,
    {
      next,
      spent,
      reserved,
      asked,
      left,
    }: Pick<BudgetStop, 'next' | 'spent' | 'reserved' | 'asked' | 'left'>,
    currency: string | undefined,
  ) {
    const money = (price: number) => `${Number(price.toPrecision(6))}${currency ? ` ${currency}` : ''}`;
    super(
      limit,
      spent + reserved + next,
      'spent',
      `${money(spent)} is spent${reserved > 0 ? ` and ${money(reserved)} reserved for questions that may have been paid for` : ''}, and the next ` +
        `question may cost ${money(next)}: more than 'maxPrice', ${money(limit)}. ${asked} answers are kept, and ${left} ` +
        `questions weren't asked. Run again with a larger 'maxPrice': no answer is paid for twice`,
    );
    this.next = next;
    this.spent = spent;
    this.reserved = reserved;
    this.asked = asked;
    this.left = left;
  }
}

/** A journal of paid answers can't be used. Nothing was asked. */
export class JournalError extends SpillwayError {
  override name = 'JournalError';

  constructor(
    readonly path: string,
    /**
     * `locked`: another process uses it; `foreign`: it is no journal; `version`: of another release; `other`: of another model,
     * prompt or parameters, which `differ` names; `secret`: its rows are hashed with another secret, or with none;
     * `claimed`: another claim was made about the table; `unreadable`, `unwritable`: as the system says.
     */
    readonly reason:
      | 'locked'
      | 'foreign'
      | 'version'
      | 'other'
      | 'secret'
      | 'claimed'
      | 'unreadable'
      | 'unwritable',
    message: string,
    /** Parts that are others than the journal's. */
    readonly differ: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super('JOURNAL', `journal '${path}': ${message}`, options);
  }
}

/**
 * The call needs the evidence of tuning or certification (answers, plans and their limits), which
 * is missing.
 */
export class MissingEvidence extends SpillwayError {
  override name = 'MissingEvidence';

  constructor(message: string) {
    super('MISSING_EVIDENCE', message);
  }
}

/**
 * Rows for a certificate were used before: to choose the plans, or for an earlier certificate; or they are of groups
 * that were.
 */
export class UsedRows extends SpillwayError {
  override name = 'UsedRows';

  constructor(
    /** Positions of all rows concerned, in order. */
    readonly rows: Int32Array,
    of: number,
    /** Features that can't recognise used rows any more. */
    stale: readonly string[] = [],
    /** The fault of the rows. */
    what = 'were used to make or test this cascade',
    /** What else may be done than to leave them out. */
    instead = 'pass repeats: true if inputs repeat and these are new draws',
  ) {
    super(
      'USED_ROWS',
      `${rows.length} of ${of} rows (${firstFew(rows)}) ${what}: they ` +
        `are no evidence any more. Leave them out (their positions are in error.rows), or ${instead}` +
        (stale.length === 0
          ? ''
          : `. (They are compared without ${stale.join(', ')}, which have changed since)`),
    );
  }
}

function firstFew(rows: Int32Array): string {
  const more = rows.length - 3;
  return `${rows.length === 1 ? 'row' : 'rows'} ${rows.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Rows that are read more than once weren't the same each time, or reading them failed. A later
 * pass must give what the first one gave: the same rows in the same order.
 */
export class RowsError extends SpillwayError {
  override name = 'RowsError';

  constructor(
    readonly reason: 'changed' | 'ended' | 'longer' | 'failed',
    /** The option that gives the rows. */
    readonly option: string,
    /** Position of the row. */
    readonly row: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super('ROWS', `${option}: row ${row} ${message}`, options);
  }
}

/** A file with a table can't be read: it is damaged, lacks a column, or has a value of another type. */
export class TableError extends SpillwayError {
  override name = 'TableError';

  constructor(
    readonly file: string,
    /** The column to blame, if one is. */
    readonly column: string | undefined,
    /** Position of the row in the file, if one is to blame. */
    readonly row: number | undefined,
    /** What is wrong, without the place. */
    readonly why: string,
    options?: ErrorOptions,
  ) {
    const where = [
      ...(row === undefined ? [] : [`row ${row}`]),
      ...(column === undefined ? [] : [`column '${column}'`]),
    ];
    super('TABLE', `${[file, ...where].join(', ')}: ${why}`, options);
  }
}

/**
 * A file isn't a whole, undamaged artifact of a known format, or doesn't fit the features, models
 * or options it is loaded with.
 */
export class ArtifactError extends SpillwayError {
  override name = 'ArtifactError';

  constructor(
    readonly reason:
      | 'unreadable'
      | 'foreign'
      | 'damaged'
      | 'version'
      | 'unsupported'
      | 'mismatch'
      | 'unsavable',
    message: string,
    options?: ErrorOptions,
  ) {
    super('ARTIFACT', message, options);
  }
}

/** A module, or a file that it imports, can't be read, or is no module. */
export class CodeError extends SpillwayError {
  override name = 'CodeError';

  constructor(message: string, options?: ErrorOptions) {
    super('CODE', message, options);
  }
}

/** A stream of rows can't be read: it is damaged, ends early, or isn't of its format. */
export class InputError extends SpillwayError {
  override name = 'InputError';

  constructor(
    /** Where: `line 7`, `record batch 3`, `the schema`. */
    readonly where: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super('INPUT', `${where}: ${message}`, options);
  }
}

/** A model isn't the one that was expected. */
export class IdentityError extends SpillwayError {
  override name = 'IdentityError';

  constructor(
    /** Of `artifact`, `features`, `spillway` and `engine` those that differ. */
    readonly differ: readonly string[],
    message: string,
  ) {
    super('IDENTITY', message);
  }
}

/** A row of a batch can't be answered. */
export class PoisonRow extends SpillwayError {
  override name = 'PoisonRow';

  constructor(
    /** Among all rows that were read; for a part of them, in that part. */
    readonly row: number,
    /** An error, or what is wrong in words. */
    cause: unknown,
  ) {
    super('POISON', `row ${row}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A run over files can't go on. What it has committed stands. */
export class RunError extends SpillwayError {
  override name = 'RunError';

  constructor(
    /**
     * `unwritable`: the output folder can't be written to, or is full; `unreadable`: the system can't read a file;
     * `other`: the folder holds another run; `changed`: an input or the model isn't what it was when the run was
     * planned; `different`: a unit has two outputs that differ; `damaged`: the folder holds something that no run wrote;
     * `lost`: workers end before they begin; `missing`: a step needs what another one, or another shard, has still to
     * bring.
     */
    readonly reason:
      | 'unwritable'
      | 'unreadable'
      | 'other'
      | 'changed'
      | 'different'
      | 'damaged'
      | 'lost'
      | 'missing',
    message: string,
    options?: ErrorOptions,
  ) {
    super('RUN', message, options);
  }
}

/** A server can't listen: its port is taken, not allowed to this user, or its host isn't this machine's. */
export class ListenError extends SpillwayError {
  override name = 'ListenError';
  readonly reason: 'taken' | 'denied' | 'host' | 'failed';

  /** @param cause the system's error */
  constructor(
    readonly host: string,
    readonly port: number,
    cause: Error,
  ) {
    const { reason, remedy } = refusalOf(cause);
    super('LISTEN', `can't listen on port ${port} of ${host}: ${remedy}`, { cause });
    this.reason = reason;
  }
}

function refusalOf(cause: Error): { readonly reason: ListenError['reason']; readonly remedy: string } {
  switch ('code' in cause ? cause.code : undefined) {
    case 'EADDRINUSE':
      return {
        reason: 'taken',
        remedy:
          'another program listens there. End that, or choose another port; with 0 the system chooses a free one',
      };
    case 'EACCES':
      return {
        reason: 'denied',
        remedy: 'this user may not. Choose a port of 1024 or more; with 0 the system chooses a free one',
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        reason: 'host',
        remedy: 'this machine has no such address. Choose one that it has, such as 127.0.0.1',
      };
    default:
      return { reason: 'failed', remedy: cause.message };
  }
}

/** `predictSync` met a feature or model that answers with a promise. */
export class AsyncError extends SpillwayError {
  override name = 'AsyncError';

  constructor(what: string) {
    super('ASYNC', `${what} answers with a promise: use predict() instead of predictSync()`);
  }
}

/** The call needs an optional package. */
export class MissingPackage extends SpillwayError {
  override name = 'MissingPackage';

  constructor(names: readonly string[], purpose: string, options?: ErrorOptions) {
    super(
      'MISSING_PACKAGE',
      `${purpose} needs ${names.join(' and ')}: npm install ${names.join(' ')}`,
      options,
    );
  }
}

/**
 * An optional package can't be used here: another copy of one that it needs is loaded, or its release isn't for worker
 * threads.
 */
export class PackageConflict extends SpillwayError {
  override name = 'PackageConflict';

  constructor(
    /** The package of which there are two, or that is too old. */
    readonly duplicate: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super('PACKAGE_CONFLICT', message, options);
  }
}

/** Work takes more memory than it may. */
export class MemoryLimitError extends SpillwayError {
  override name = 'MemoryLimitError';

  constructor(
    /** Bytes that are needed, roughly, and that may be taken. */
    readonly needed: number,
    readonly limit: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super('MEMORY_LIMIT', message, options);
  }
}

/** Worker threads gave no answer. */
export class ThreadError extends SpillwayError {
  override name = 'ThreadError';

  constructor(
    /** `lost`: threads ended, one after another; `failed`: one threw; `closed`: they were closed before. */
    readonly reason: 'lost' | 'failed' | 'closed',
    message: string,
  ) {
    super('THREAD', message);
  }
}

/** No backend that could run a model works here, or the requested one doesn't. */
export class BackendError extends SpillwayError {
  override name = 'BackendError';

  constructor(
    wanted: string | undefined,
    /** The backends that were tried, and why each failed. */
    readonly tried: readonly { readonly name: string; readonly why: string }[],
  ) {
    super(
      'BACKEND',
      `${wanted === undefined ? 'no backend of TensorFlow.js works here' : `backend '${wanted}' does not work here`}: ` +
        tried.map(({ name, why }) => `${name}: ${why}`).join('; '),
    );
  }
}
