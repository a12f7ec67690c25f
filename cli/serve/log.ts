import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { AccessEntry, ServeOptions, ServingEvent } from '../../entries/serve.js';
import type { Io } from '../command.js';

/** How much a line matters. */
type Level = 'info' | 'error';
type Format = 'text' | 'json';

/** What the server's operator may say about its log. */
export interface LogOptions {
  readonly log?: Format;
  readonly accessLog?: boolean;
  readonly spans?: boolean;
}

/** Milliseconds that lines of requests are gathered for, and characters: one write of many takes less. */
const [GATHER_MS, GATHER] = [100, 2 ** 16];

/**
 * What `spillway serve` prints on standard error: as text, or by `--log json` as an object a line with `time`, `level`
 * and `message`. Lines are JSON from the first one on, those of a command that can't start included.
 */
export class ServeLog {
  private gathered = '';
  private callOff: NodeJS.Timeout | undefined;

  /** The command's surroundings: what it prints on standard error goes through this log. */
  readonly io: Io;

  constructor(
    private readonly out: Io,
    private readonly format: () => Format,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.io = { ...out, err: (text) => this.line('error', text.trimEnd(), {}, text) };
  }

  /** Has Node's warnings printed as lines of this log, where they are JSON. */
  begin(): void {
    if (this.format() === 'text') return;
    // Node's own listener prints them as text.
    process.removeAllListeners('warning');
    process.on('warning', ({ name, message, stack }) => this.line('error', message, { name, stack }));
  }

  event(event: ServingEvent): void {
    const { name, version, what } = event;
    const isBad = what === 'alarm' || what === 'failed';
    const more = what === 'alarm' ? { mode: event.alarm.mode, alarm: event.alarm.alarm } : {};
    const reason = what !== 'alarm' && event.reason !== '' ? { reason: event.reason } : {};
    this.line(isBad ? 'error' : 'info', lineOf(event), {
      model: name,
      version,
      event: what,
      ...reason,
      ...more,
    });
  }

  fault(error: unknown): void {
    if (!(error instanceof Error)) {
      this.line('error', `spillway: ${error}`);
      return;
    }
    const { message, stack = message, cause } = error;
    const more = cause === undefined ? {} : { cause: cause instanceof Error ? cause.stack : String(cause) };
    const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
    this.line('error', message, { ...code, stack, ...more }, `spillway: ${stack}\n`);
  }

  /** @param text of the whole line, where it isn't the message itself */
  info(message: string, more: object = {}, text = `${message}\n`): void {
    this.line('info', message, more, text);
  }

  /** A request that is over. Its line may be printed a little later than those of other things. */
  access(entry: AccessEntry): void {
    const time = this.now().toISOString();
    this.gathered +=
      this.format() === 'json'
        ? `${JSON.stringify({ time, level: 'info', message: 'request', ...entry, ms: rounded(entry.ms) })}\n`
        : `${time} ${accessText(entry)}\n`;
    if (this.gathered.length >= GATHER) this.flush();
    else this.callOff ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Prints what was gathered. */
  flush(): void {
    clearTimeout(this.callOff);
    this.callOff = undefined;
    if (this.gathered !== '') this.out.err(this.gathered);
    this.gathered = '';
  }

  private line(level: Level, message: string, more: object = {}, text = `${message}\n`): void {
    const time = this.now().toISOString();
    this.out.err(this.format() === 'text' ? text : `${JSON.stringify({ time, level, message, ...more })}\n`);
  }
}

/** What the options say to {@link serve}: where its log goes, and whether requests are spans. */
export function loggedBy(
  log: ServeLog,
  { accessLog, spans }: LogOptions,
): Pick<ServeOptions, 'onEvent' | 'onFault' | 'onAccess' | 'spans'> {
  return {
    onEvent: (event) => log.event(event),
    onFault: (error) => log.fault(error),
    ...(accessLog === true && { onAccess: (entry: AccessEntry) => log.access(entry) }),
    ...(spans !== undefined && { spans }),
  };
}

/** Adds the options of {@link LogOptions}. */
export function addLogOptions(command: Command): Command {
  return command
    .option(
      '--log <format>',
      'text or json: an object a line, with time and level; text by default',
      formatFrom,
    )
    .option('--access-log', 'one line a request on standard error')
    .option('--spans', 'a span of OpenTelemetry for each request; needs npm install @opentelemetry/api');
}

function formatFrom(text: string): Format {
  if (text === 'text' || text === 'json') return text;
  throw new InvalidArgumentError('Expected text or json.');
}

function lineOf(event: ServingEvent): string {
  const at = event.version === '' ? event.name : `${event.name}/${event.version}`;
  if (event.what === 'alarm') {
    const { mode, alarm } = event.alarm;
    const of = mode === null ? 'of all answers' : `in mode ${mode}`;
    return `${at}: alarm of the audit ${of}: ${JSON.stringify(alarm)}`;
  }
  return `${at}: ${event.what}${event.reason === '' ? '' : `: ${event.reason}`}`;
}

/** Names are quoted, since clients choose them: none ends the line. */
function accessText({ protocol, method, path, status, octets, ms, ...names }: AccessEntry): string {
  const { model, tenant, id } = names;
  const named = Object.entries({ model, tenant, id }).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}=${JSON.stringify(value)}`],
  );
  return `${protocol} ${method} ${path} ${status} ${octets} ${rounded(ms)}ms${named.join('')}`;
}

/** Milliseconds to the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
