import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { CodeError } from '../../errors.js';
import { errorText } from '../errorText.js';
import { stampOf } from '../stamp.js';

/** A module with all files that it imports, as they were when they were read. */
export interface Code {
  /** Of the module's file. */
  readonly url: string;
  /**
   * By which it is imported. That of an ES module names its identity, so that a file that was
   * changed in place is another module; CommonJS is kept by its path alone.
   */
  readonly importUrl: string;
  /**
   * The same for modules that compute the same: of their text, of the files that they import, and of
   * the names and versions of packages. A module that may depend on its place has an identity of
   * its own.
   */
  readonly identity: string;
  /** The same whatever the engine: {@link identity} also counts Node's version, platform and architecture. */
  readonly content: string;
  /** Why the identity is one of this very place, where it is. */
  readonly placed: string | undefined;
  /** Whether a module names files that it reads itself, by `reads`. */
  readonly hasReads: boolean;
  /** SHA-256 of each file, by its URL: of modules, files that they read, and the manifests of packages. */
  readonly files: Readonly<Record<string, string>>;
  /** What a file system says of each file, by its URL: it says something else of one that was written since. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** Packages that were looked up a moment ago, by the folder of who imports them. */
export class PackageCache {
  /** By the folder, and then by the package's name. */
  private readonly known = new Map<string, Map<string, Promise<FoundPackage | undefined>>>();
  private since = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  find(name: string, from: string): Promise<FoundPackage | undefined> {
    if (this.now() - this.since > FRESH_MS) {
      this.known.clear();
      this.since = this.now();
    }
    const there = this.known.get(from) ?? new Map();
    this.known.set(from, there);
    const found = there.get(name) ?? findPackage(name, from, this);
    there.set(name, found);
    return found;
  }
}

/** Milliseconds for which a package that was found is believed to be the same. */
const FRESH_MS = 1_000;

/**
 * Reads a module's graph of imports.
 *
 * Files are known by their content and packages by name and version. What can't be known by
 * reading (a computed import, `import.meta`, CommonJS) makes the identity one of this very path.
 * Files that a module reads itself count where it names them: `export const reads = ['words.json']`,
 * by paths from its own folder.
 *
 * @param path of the module
 * @param packages that were looked up before
 * @throws CodeError if a file can't be read, isn't there or isn't a module, naming it
 */
export async function readCode(path: string, packages = new PackageCache()): Promise<Code> {
  await init();
  const reading: Reading = {
    files: new Map(),
    stamps: new Map(),
    lines: new Map(),
    packages,
    commonJs: new Set(),
    placed: undefined,
    hasReads: false,
  };
  const root = await realpath(path).catch((cause) => refuse(`can't read '${path}'`, cause));
  await readFileOf(root, reading);
  const hash = createHash('sha256');
  const numbers = new Map([...reading.lines.keys()].map((file, i) => [file, i]));
  for (const lines of reading.lines.values()) {
    // A file's number is its place in the order of imports, so the same files elsewhere give the same hash.
    const known = lines.map((line) => `${line.what} ${numbers.get(line.target) ?? line.target}`);
    hash.update(JSON.stringify(known));
  }
  const content = hash.copy();
  hash.update(engineName());
  for (const each of [hash, content]) if (reading.placed !== undefined) each.update(root);
  const { href } = pathToFileURL(root);
  const identity = hash.digest('hex');
  return {
    url: href,
    importUrl: reading.commonJs.has(root) ? href : `${href}?${identity.slice(0, 16)}`,
    identity,
    content: content.digest('hex'),
    placed: reading.placed,
    hasReads: reading.hasReads,
    files: byUrl(reading.files),
    stamps: byUrl(reading.stamps),
  };
}

/** What runs code here: `node 20.20.0 linux x64`. */
export function engineName(): string {
  return `node ${process.versions.node} ${process.platform} ${process.arch}`;
}

/** Whether nothing was written to the files of a module since they were read. */
export async function isUnchanged({ stamps }: Code): Promise<boolean> {
  const now = await Promise.all(
    Object.keys(stamps).map((url) => stampOf(fileURLToPath(url)).catch(() => undefined)),
  );
  return Object.values(stamps).every((stamp, i) => now[i] === stamp);
}

/** Files that can't be imported again once they were changed in place: all but the module itself. */
export function importedOnce({ url, importUrl, files }: Code): [url: string, digest: string][] {
  return Object.entries(files).filter(([file]) => importUrl === url || file !== url);
}

function byUrl(files: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...files].map(([file, text]) => [pathToFileURL(file).href, text]));
}

interface Line {
  readonly what: string;
  /** A file's path, or what says as much as its content. */
  readonly target: string;
}

interface Reading {
  readonly files: Map<string, string>;
  readonly stamps: Map<string, string>;
  readonly packages: PackageCache;
  /** By file, in the order in which they are met: its content, and what it imports. */
  readonly lines: Map<string, Line[]>;
  readonly commonJs: Set<string>;
  placed: string | undefined;
  hasReads: boolean;
}

/** Makes the identity one of this place: for the first reason. */
function place(reading: Reading, why: string): void {
  reading.placed ??= why;
}

async function readFileOf(path: string, reading: Reading): Promise<void> {
  if (reading.lines.has(path)) return;
  const lines: Line[] = [];
  reading.lines.set(path, lines);
  const unreadable = (cause: unknown) => refuse(`can't read '${path}'`, cause);
  // Before it is read: what is written meanwhile is noticed.
  reading.stamps.set(path, await stampOf(path).catch(unreadable));
  const bytes = await readFile(path).catch(unreadable);
  const digest = createHash('sha256').update(bytes).digest('hex');
  reading.files.set(path, digest);
  lines.push({ what: 'content', target: digest });
  if (path.endsWith('.json')) return;
  if (!/\.m?js$/.test(path)) {
    place(reading, `'${path}' is no ES module`);
    reading.commonJs.add(path);
    return;
  }
  const text = bytes.toString('utf8');
  const parsed = parsedOf(path, text);
  for (const specifier of importsOf(path, parsed, reading)) {
    const target = await targetOf(specifier, path, reading);
    lines.push({ what: specifier, target });
    if (target.startsWith(sep) || /^[A-Z]:\\/.test(target)) await readFileOf(target, reading);
  }
  for (const name of readsOf(path, text, parsed))
    lines.push({ what: `reads ${name}`, target: await readByName(name, path, reading) });
}

type Parsed = ReturnType<typeof parse>;

function parsedOf(path: string, text: string): Parsed {
  try {
    return parse(text);
  } catch (cause) {
    return refuse(`'${path}' isn't a module of JavaScript`, cause);
  }
}

const COMMENT = String.raw`\/\/[^\n]*(?=\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/`;
const TEXT = String.raw`'([^'\\\n]*)'|"([^"\\\n]*)"`;
/**
 * A list of texts and comments, as it stands in a module, and its end: nothing may be done with the list where it is
 * declared, nor on the next line.
 */
const TEXTS = new RegExp(
  String.raw`^\s*=\s*\[((?:[\s,]|${COMMENT}|${TEXT})*)\](?:[^\S\n]|${COMMENT})*(?:[;,]|$|\n(?:\s|${COMMENT})*(?:$|[\w$}@]))`,
);

/**
 * The files that a module says it reads. They are known before it is imported, so that they must stand there as texts.
 *
 * @throws CodeError where they are computed
 */
function readsOf(path: string, text: string, [, exports]: Parsed): string[] {
  const own = exports.find((each) => 'name' in each && each.name === 'reads');
  // Of another module's list of that name, that module tells.
  if (own === undefined || (own.type === 'reexport' && own.importName === 'reads')) return [];
  const local = own.type === 'direct' ? own.localName : undefined;
  const declared = [...text.matchAll(/\b(?:const|let|var)\s+([\w$]+)/g)].filter(([, name]) => name === local);
  // Of a name that is declared twice nobody knows which.
  const [at] = declared.length === 1 ? declared : [];
  const list = at && TEXTS.exec(text.slice(at.index + at[0].length))?.[1];
  if (list === undefined)
    throw new CodeError(
      `'${path}' exports 'reads', and what it names can't be read off: write a list of texts, as in ` +
        "export const reads = ['words.json']",
    );
  return [...list.matchAll(new RegExp(`${COMMENT}|${TEXT}`, 'g'))].flatMap(
    ([, single, double]) => single ?? double ?? [],
  );
}

/** @returns the SHA-256 of a file that a module names @throws CodeError that names it */
async function readByName(name: string, from: string, reading: Reading): Promise<string> {
  const path = name.startsWith('file:') ? fileURLToPath(name) : resolve(dirname(from), name);
  const unreadable = (cause: unknown) =>
    refuse(`'${from}' reads '${name}', and '${path}' can't be read`, cause);
  const hash = createHash('sha256');
  reading.stamps.set(path, await stampOf(path).catch(unreadable));
  await pipeline(createReadStream(path), hash).catch(unreadable);
  const digest = hash.digest('hex');
  reading.files.set(path, digest);
  reading.hasReads = true;
  return digest;
}

/** Specifiers of imports, in order. */
function importsOf(path: string, [imports, , , isModule]: Parsed, reading: Reading): string[] {
  // CommonJS: what `require` gets can't be read off.
  if (!isModule) {
    place(reading, `'${path}' is CommonJS`);
    reading.commonJs.add(path);
  }
  return imports.flatMap((each) => {
    if (each.type === 'import-meta') {
      place(reading, `'${path}' reads import.meta`);
      return [];
    }
    if (each.specifier === undefined || (each.type === 'dynamic' && each.glob)) {
      place(reading, `'${path}' has a computed import`);
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
  const known = name === undefined ? undefined : await reading.packages.find(name, dirname(from));
  if (known === undefined) {
    place(reading, `'${from}' imports '${specifier}', which isn't found`);
    return `unknown:${specifier}`;
  }
  // A package that was changed in place can't be imported again either.
  reading.files.set(known.manifest, known.digest);
  return known.name;
}

interface FoundPackage {
  /** Name and version, and the place of one that isn't installed. */
  readonly name: string;
  /** Path of its `package.json`, and that file's SHA-256. */
  readonly manifest: string;
  readonly digest: string;
}

/** An installed package; one that is linked from elsewhere is also told by its place, since it may change. */
async function findPackage(
  name: string,
  from: string,
  cache: PackageCache,
): Promise<FoundPackage | undefined> {
  // A package may also import itself by its name.
  for (const at of [join(from, 'node_modules', name), from]) {
    const found = await manifestAt(at);
    if (found?.manifest.name !== name) continue;
    const place = await realpath(at);
    const isInstalled = place.includes(`${sep}node_modules${sep}`);
    const version = `package:${name}@${found.manifest.version}`;
    return {
      name: isInstalled ? version : `${version} in:${place}`,
      manifest: join(place, 'package.json'),
      digest: found.digest,
    };
  }
  const parent = dirname(from);
  return parent === from ? undefined : cache.find(name, parent);
}

async function manifestAt(folder: string) {
  try {
    const bytes = await readFile(join(folder, 'package.json'));
    const manifest: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    const { name, version }: { name?: unknown; version?: unknown } = manifest;
    return { manifest: { name, version }, digest: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return undefined;
  }
}

function refuse(what: string, cause: unknown): never {
  const why = errorText(cause);
  throw new CodeError(`${what}: ${why}`, { cause });
}
