#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addBatch } from './batch.js';
import { addBench } from './bench.js';
import { addCertify } from './certify.js';
import type { Io } from './command.js';
import { addDemo } from './demo.js';
import { addDetect } from './detect.js';
import { addDoctor } from './doctor.js';
import { BROKEN_PIPE, DONE, FAILED, USAGE } from './exitCodes.js';
import { addInspect } from './inspect.js';
import { addMap } from './map.js';
import { addReport } from './report.js';
import { addScore } from './score.js';
import { addServe } from './serve.js';
import { addTune } from './tune.js';

/** The command line: results go to stdout, all else to stderr. */

const abort = new AbortController();
// A second signal ends the process, even during work that can't be interrupted.
process.once('SIGINT', () => abort.abort());

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  watched: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
  input: process.stdin,
  colour: process.stdout.isTTY === true && process.stdout.hasColors(),
  width: process.stdout.columns,
  signal: abort.signal,
  finish(code) {
    process.exitCode = code;
  },
};
// A closed pipe, as after `| head`, ends the program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
  io.err(`spillway: standard output can't be written: ${error.message} (UNEXPECTED)\n`);
  process.exit(FAILED);
});

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
/** An option that isn't known may be a key's: what was given to it isn't shown. */
const withoutGiven = (message: string) => message.replace(/(unknown option '(?:--[^=]*|-.)).*'/s, "$1'");

const program = new Command('spillway')
  .description(
    'Cheap models answer the easy rows, the full model the rest. What is lost against it on rows drawn alike is bounded at a confidence you choose.',
  )
  .version(version)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(withoutGiven(text)) })
  .showHelpAfterError('(spillway --help, or spillway COMMAND --help, shows more)')
  .addHelpText(
    'after',
    `
A first look:
  $ spillway demo                           # tunes, certifies and times a cascade on made-up texts
  $ spillway inspect out/demo.cascade       # what it promises, and how
  $ spillway report out/demo.cascade        # the same with pictures

Exit codes:
  0 done   1 something failed   2 it can't be understood, or can't be right
  3 done, and nothing cheaper than the full model could be certified   130 interrupted

Colours and bars are for terminals: pipes, NO_COLOR and --json get plain text.`,
  );
for (const add of [
  addDemo,
  addTune,
  addInspect,
  addReport,
  addCertify,
  addMap,
  addBench,
  addDetect,
  addScore,
  addBatch,
  addServe,
  addDoctor,
])
  add(program, io);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? DONE : USAGE;
  if (process.exitCode === USAGE && process.argv.includes('--json')) {
    const message = withoutGiven(error.message.replace(/^error: /, ''));
    io.out(`${JSON.stringify({ error: { code: 'USAGE', name: error.name, message } })}\n`);
  }
}
