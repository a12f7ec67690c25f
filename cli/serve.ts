import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type ServeOptions, serve } from '../entries/serve.js';
import { OptionError } from '../index.js';
import { jsonIn } from '../lib/util/jsonOf.js';
import { addCommand, type Common, type Io } from './command.js';
import { namingOption, readEnvironment } from './environment.js';
import { wholeFrom } from './numbers.js';
import { checkDirectory } from './serve/check.js';
import { EndSignals } from './serve/endSignals.js';
import { addLogOptions, type LogOptions, loggedBy, ServeLog } from './serve/log.js';

interface Options extends Common, LogOptions {
  readonly host?: string;
  readonly port?: number;
  readonly grpcPort?: number;
  readonly workers?: number;
  readonly keys?: string;
  readonly allowHost?: readonly string[];
  readonly cors?: readonly string[];
  readonly watch?: boolean;
  readonly overloadStatus?: 429 | 503;
  readonly allowWorse?: boolean;
  readonly stateDir?: string;
  readonly memory?: number;
  readonly probes?: number;
  readonly ready?: 'any' | 'strict';
  readonly drainDelay?: number;
  readonly check?: boolean;
}

/** Seconds that a server which is told to end still takes requests: those who route them hear of it late. */
const DRAIN_DELAY = 5;

export function addServe(program: Command, outer: Io): void {
  const log = new ServeLog(outer, () => command.opts<Options>().log ?? 'text');
  const { io } = log;
  const command: Command = addCommand(
    program,
    io,
    'serve <directory>',
    'a directory of cascades, over HTTP and gRPC',
    'Serves the models in DIRECTORY/NAME/VERSION by the Open Inference Protocol, version 2, and prints ' +
      "where once they are warm. SIGTERM says that it isn't ready, answers what comes for a while, and ends; SIGHUP " +
      'loads files that have changed.',
    async (options: Options, directory: string) => {
      log.begin();
      const { keys, memory, host, port, grpcPort, workers, watch, overloadStatus, allowWorse, stateDir } =
        options;
      const { allowHost, cors, ready, probes, drainDelay = DRAIN_DELAY } = options;
      const ending = new EndSignals(io);
      const renamed = (error: unknown): never => {
        throw namingOption(command, error);
      };
      const access = keys === undefined ? {} : await accessIn(keys).catch(renamed);
      const settings: ServeOptions = {
        directory,
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
        ...(grpcPort !== undefined && { grpcPort }),
        ...(workers !== undefined && { workers }),
        ...(allowHost !== undefined && { allowHosts: allowHost }),
        ...(cors !== undefined && { cors }),
        ...(watch !== undefined && { watch }),
        ...(overloadStatus !== undefined && { overloadStatus }),
        ...(allowWorse !== undefined && { allowWorse }),
        ...(stateDir !== undefined && { stateDir }),
        limits: {
          ...(memory !== undefined && { memory: memory * 2 ** 20 }),
          ...(probes !== undefined && { probes }),
        },
        ...access,
        ...(ready !== undefined && { ready }),
        drainDelayMs: 1_000 * drainDelay,
        signal: ending.signal,
        ...loggedBy(log, options),
      };
      if (options.check) return checkDirectory(settings);
      let isWaiting = false;
      let reload = () => {
        isWaiting = true;
      };
      // From the start: without a listener the signal ends the process.
      const onHangup = () => reload();
      process.on('SIGHUP', onHangup);
      // Interrupted while models are loaded, it has nothing to answer.
      const serving = await serve(settings).catch((error: unknown) => {
        if (ending.signal.aborted) return undefined;
        return renamed(
          error instanceof OptionError && error.option === 'host' && keys === undefined
            ? new OptionError(
                'host',
                `'${host}' is reached by other machines: name a file of keys by --keys, or use 127.0.0.1 and ` +
                  'a proxy that checks callers',
              )
            : error,
        );
      });
      if (serving === undefined) return { code: await ending.asked };
      const report = (error: unknown) => log.fault(error);
      reload = () => {
        void serving.reload().catch(report);
        // Keys that can't be used change nothing.
        if (keys !== undefined) {
          const changing = accessIn(keys).then(serving.changeAccess);
          void changing.then(() => log.info('keys: read again')).catch(report);
        }
      };
      if (isWaiting) reload();
      const { url, grpc, models } = serving;
      const lines = [`listening on ${url}`, ...(grpc === undefined ? [] : [`listening on grpc://${grpc}`])];
      io.out(
        // A log of JSON is JSON alone, both streams together.
        options.json || options.log === 'json'
          ? `${JSON.stringify({ url, ...(grpc !== undefined && { grpc: `grpc://${grpc}` }), models: models.index() })}\n`
          : `${lines.join('\n')}\n`,
      );
      const code = await ending.asked;
      const leaving = 'not ready any more; it ends once requests are answered';
      log.info(leaving, {}, `spillway: ${leaving}\n`);
      await ending.close(serving);
      log.flush();
      process.off('SIGHUP', onHangup);
      return { code };
    },
  )
    .option('--host <host>', 'one that other machines reach needs --keys; 127.0.0.1 by default')
    .option('-p, --port <number>', '0: any free one; 8080 by default', portFrom)
    .option('--grpc-port <number>', 'serves gRPC too; needs npm install @grpc/grpc-js', portFrom)
    .option('-w, --workers <number>', 'threads that answer; one less than cores by default', wholeFrom(1))
    .option('-k, --keys <file>', 'JSON: { "keys": [{ "digest", "tenant", "rights" }], "jwt": { … } }')
    .option(
      '--allow-host <names>',
      "without keys, names beside this machine's own by which it is called, with commas between; * for all",
      listFrom,
    )
    .option(
      '--cors <origins>',
      'origins of web pages that may call it, such as https://shop.example, with commas between; * for all',
      listFrom,
    )
    .option('--watch', 'load files when they change')
    .option('--overload-status <status>', '429 or 503, of requests refused before any work', statusFrom)
    .option('--allow-worse', 'let a certificate replace a better one')
    .option(
      '--state-dir <folder>',
      'where audits keep their states; without it each start begins them anew, with all of alpha',
    )
    .option('--memory <MiB>', 'the most that models may hold, old and new together', wholeFrom(1))
    .option(
      '--probes <number>',
      'rows a minute that may fail of those the full model answers to end a fault; 6 by default, 0: none',
      wholeFrom(0),
    )
    .option('--ready <models>', 'any (the default) or strict: which models must answer', readyFrom)
    .option(
      '--drain-delay <seconds>',
      `how long SIGTERM lets it take requests while it isn't ready; ${DRAIN_DELAY} by default`,
      wholeFrom(0),
    )
    .option('--check', 'load all models, answer the rows in their files, print what is wrong, and end')
    .addHelpText(
      'after',
      `
DIRECTORY/NAME/VERSION/ holds model.cascade, features.js and perhaps model.json; a version is a number.
A model that can't be loaded is named on stderr, and the others are served.`,
    );
  addLogOptions(command);
  readEnvironment(command);
}

/** @throws OptionError for a file that can't be read, or holds something else */
async function accessIn(path: string): Promise<Pick<ServeOptions, 'keys' | 'jwt'>> {
  let given: Pick<ServeOptions, 'keys' | 'jwt'>;
  try {
    given = jsonIn(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new OptionError('--keys', `${path}: ${error.message}`);
    // What was given in place of a file may be a key: it isn't repeated.
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new OptionError('--keys', `expected the path of a file with keys, and it can't be read${code}`);
  }
  if (
    typeof given !== 'object' ||
    given === null ||
    Array.isArray(given) ||
    !('keys' in given || 'jwt' in given)
  )
    throw new OptionError('--keys', `${path}: expected an object with "keys", "jwt" or both`);
  const { keys, jwt } = given;
  const unknown = Object.keys(given).findIndex((name) => name !== 'keys' && name !== 'jwt');
  if (unknown >= 0)
    throw new OptionError('--keys', `${path}: its member ${unknown + 1} is unknown; known are keys, jwt`);
  return { ...(keys !== undefined && { keys }), ...(jwt !== undefined && { jwt }) };
}

function portFrom(text: string): number {
  const port = wholeFrom(0)(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}

function listFrom(text: string): readonly string[] {
  const list = text.split(',').map((each) => each.trim());
  if (!list.includes('')) return list;
  throw new InvalidArgumentError('Expected names with commas between.');
}

function readyFrom(text: string): 'any' | 'strict' {
  if (text === 'any' || text === 'strict') return text;
  throw new InvalidArgumentError('Expected any or strict.');
}

function statusFrom(text: string): 429 | 503 {
  if (text === '429') return 429;
  if (text === '503') return 503;
  throw new InvalidArgumentError('Expected 429 or 503.');
}
