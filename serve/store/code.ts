import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { RequestError } from '../../lib/inference/index.js';

/** A module with all files that it imports, as they were when they were read. */
export interface Code {
  /** Of the module's file. */
  readonly url: string;
  /**
   * The same for modules that compute the same: of their text, of the files that they import, and of
   * the names and versions of packages. A module that may depend on its place has an identity of
   * its own.
   */
  readonly identity: string;
  /** SHA-256 of each file, by its URL. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads a module's graph of imports.
 *
 * Files are known by their content and packages by name and version. What can't be known by
 * reading (a computed import, `import.meta`, CommonJS) makes the identity one of this very path.
 *
 * @param path of the module
 * @throws RequestError `unavailable` if a file can't be read or isn't a module
 */
export async function readCode(path: string): Promise<Code> {
  await init();
  const reading: Reading = { files: new Map(), lines: new Map(), isPlaced: false };
  const root = await realpath(path).catch((cause) => refuse(`can't read '${path}'`, cause));
  await readFileOf(root, reading);
  const hash = createHash('sha256');
  const numbers = new Map([...reading.lines.keys()].map((file, i) => [file, i]));
  for (const lines of reading.lines.values()) {
    // Files are told by the order in which they are met, so that the same files elsewhere are the same.
    const known = lines.map((line) => `${line.what} ${numbers.get(line.target) ?? line.target}`);
    hash.update(JSON.stringify(known));
  }
  hash.update(`node ${process.versions.node} ${process.platform} ${process.arch}`);
  if (reading.isPlaced) hash.update(root);
  return {
    url: pathToFileURL(root).href,
    identity: hash.digest('hex'),
    files: Object.fromEntries([...reading.files].map(([file, digest]) => [pathToFileURL(file).href, digest])),
  };
}

interface Line {
  readonly what: string;
  /** A file's path, or what says as much as its content. */
  readonly target: string;
}

interface Reading {
  readonly files: Map<string, string>;
  /** By file, in the order in which they are met: its content, and what it imports. */
  readonly lines: Map<string, Line[]>;
  isPlaced: boolean;
}

async function readFileOf(path: string, reading: Reading): Promise<void> {
  if (reading.lines.has(path)) return;
  const lines: Line[] = [];
  reading.lines.set(path, lines);
  const bytes = await readFile(path).catch((cause) => refuse(`can't read '${path}'`, cause));
  const digest = createHash('sha256').update(bytes).digest('hex');
  reading.files.set(path, digest);
  lines.push({ what: 'content', target: digest });
  if (path.endsWith('.json')) return;
  if (!/\.m?js$/.test(path)) {
    reading.isPlaced = true;
    return;
  }
  const text = bytes.toString('utf8');
  for (const specifier of importsOf(path, text, reading)) {
    const target = await targetOf(specifier, path, reading);
    lines.push({ what: specifier, target });
    if (target.startsWith(sep) || /^[A-Z]:\\/.test(target)) await readFileOf(target, reading);
  }
}

/** Specifiers of imports, in order. */
function importsOf(path: string, text: string, reading: Reading): string[] {
  let found: ReturnType<typeof parse>;
  try {
    found = parse(text);
  } catch (cause) {
    return refuse(`'${path}' isn't a module of JavaScript`, cause);
  }
  const [imports, , , isModule] = found;
  // CommonJS: what `require` gets can't be read off.
  if (!isModule) reading.isPlaced = true;
  return imports.flatMap((each) => {
    if (each.type === 'import-meta') {
      reading.isPlaced = true;
      return [];
    }
    if (each.specifier === undefined || (each.type === 'dynamic' && each.glob)) {
      reading.isPlaced = true;
      return [];
    }
    return [each.specifier];
  });
}

/** The path of a file, or what tells a package. */
async function targetOf(specifier: string, from: string, reading: Reading): Promise<string> {
  if (isBuiltin(specifier)) return `builtin:${specifier}`;
  if (/^(\.{0,2}\/|file:)/.test(specifier)) {
    const path = specifier.startsWith('file:')
      ? fileURLToPath(specifier)
      : resolve(dirname(from), decodeURIComponent(specifier.replace(/[?#].*$/, '')));
    return realpath(path).catch((cause) =>
      refuse(`'${from}' imports '${specifier}', which isn't there`, cause),
    );
  }
  const name = /^(@[^/]+\/[^/]+|[^@#/][^/:]*)(\/|$)/.exec(specifier)?.[1];
  const known = name === undefined ? undefined : await packageOf(name, dirname(from));
  if (known === undefined) {
    reading.isPlaced = true;
    return `unknown:${specifier}`;
  }
  return known;
}

/** Name and version of an installed package; of one that is linked from elsewhere also its place, since it may change. */
async function packageOf(name: string, from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    // A package may also import itself by its name.
    for (const at of [join(folder, 'node_modules', name), folder]) {
      const manifest = await manifestAt(at);
      if (manifest?.name !== name) continue;
      const place = await realpath(at);
      const isInstalled = place.includes(`${sep}node_modules${sep}`);
      return `package:${name}@${manifest.version}${isInstalled ? '' : ` in:${place}`}`;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

async function manifestAt(folder: string): Promise<{ name?: unknown; version?: unknown } | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function refuse(what: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new RequestError('unavailable', `${what}: ${why}`, undefined, { cause });
}
