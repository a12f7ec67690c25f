import type { Command } from 'commander';
import { DataError, OptionError, PriceLimitError, SpillwayError } from '../index.js';
import { IdentityError, InputError, PoisonRow, RunError, TableError } from '../lib/errors.js';
import type { Keyboard } from './confirm.js';
import { ABORTED, BAD_INPUT, BUDGET_STOP, DONE, FAILED, OTHER_MODEL, POISON, USAGE } from './exitCodes.js';
import { codePlace } from './place.js';
import { ScriptError } from './script.js';

/** A command's outputs and surroundings. */
export interface Io {
  /** Prints the result. */
  out(text: string): void;
  /** All else. */
  err(text: string): void;
  /** Whether a person watches stdout, and stderr. */
  readonly watched: { readonly out: boolean; readonly err: boolean };
  /** Where a person's answers come from. */
  readonly input: Keyboard;
  readonly colour: boolean;
  readonly width: number | undefined;
  /** Interrupted: work is left. */
  readonly signal: AbortSignal;
  finish(code: number): void;
}

/** The result of a command, as JSON and as text. */
export interface Result {
  readonly json: object;
  readonly text: string;
  readonly code?: number;
}

/** The end of a command that has printed what there was to print. */
export interface Ended {
  readonly code: number;
}

/** Options of every command. */
export interface Common {
  readonly json?: boolean;
}

/**
 * Adds a command that prints its result, with `--json` as one JSON object, and turns errors into
 * exit codes.
 */
export function addCommand<Arguments extends unknown[], Options extends Common>(
  program: Command,
  io: Io,
  usage: string,
  summary: string,
  description: string,
  run: (options: Options, ...values: Arguments) => Promise<Result | Ended>,
): Command {
  return program
    .command(usage)
    .summary(summary)
    .description(description)
    .option('--json', 'print one JSON object on stdout, and nothing else there')
    .action(async (...given: unknown[]) => {
      // Commander gives the arguments, the options, and the command itself.
      const options = given.at(-2) as Options;
      const values = given.slice(0, -2) as Arguments;
      try {
        const result = await run(options, ...values);
        if ('text' in result) io.out(options.json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`);
        io.finish(result.code ?? DONE);
      } catch (error) {
        io.finish(fail(io, options, error));
      }
    });
}

function fail(io: Io, { json }: Common, error: unknown): number {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof SpillwayError ? error.code : io.signal.aborted ? 'ABORTED' : 'UNEXPECTED';
  // The place of an error thrown by a script, or by a function that it exports.
  const at = (error instanceof ScriptError && error.at) || codePlace(error, process.cwd());
  if (json) io.out(`${JSON.stringify({ error: { code, name, message, ...(at && { at }) } })}\n`);
  else io.err(`spillway: ${message} (${code})\n${at ? `  at ${at}\n` : ''}`);
  // An unexpected error is a bug, perhaps of a script: its stack shows where.
  if (code === 'UNEXPECTED' && error instanceof Error) io.err(`${error.stack}\n`);
  if (io.signal.aborted) return ABORTED;
  if (error instanceof PriceLimitError) return BUDGET_STOP;
  if (error instanceof PoisonRow) return POISON;
  if (error instanceof IdentityError) return OTHER_MODEL;
  if (isBadInput(error)) return BAD_INPUT;
  return error instanceof OptionError || error instanceof DataError ? USAGE : FAILED;
}

/** Whether rows are to blame: not where the system can't read a file. */
function isBadInput(error: unknown): boolean {
  if (error instanceof TableError) return !(error.cause instanceof Error && 'syscall' in error.cause);
  return error instanceof InputError || (error instanceof RunError && error.reason === 'changed');
}
