import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Packages that are read as npm ships them: they aren't installed, nor is what they depend on. */

/** A package's name and version, and the SHA-512 of its tarball, in base64. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
}

export interface TarFile {
  /** Within the package, without the folder that all its files are in. */
  readonly path: string;
  readonly text: string;
}

/** Gets a tarball into the cache folder unless it is there. @returns why it can't be had, in words */
export function pack(tarball: Tarball): string | undefined {
  if (isPacked(tarball)) return undefined;
  const { name, version } = tarball;
  mkdirSync(folder(), { recursive: true });
  spawnSync('npm', ['pack', `${name}@${version}`, '--pack-destination', folder(), '--silent'], {
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  return isPacked(tarball) ? undefined : `npm can't get ${name}@${version}, or it is another one`;
}

/** The files whose path is wanted, in the order of the tarball. */
export function filesIn(tarball: Tarball, isWanted: (path: string) => boolean): TarFile[] {
  return readTar(gunzipSync(readFileSync(pathOf(tarball))), isWanted);
}

function isPacked(tarball: Tarball): boolean {
  const path = pathOf(tarball);
  if (!existsSync(path)) return false;
  return createHash('sha512').update(readFileSync(path)).digest('base64') === tarball.sha512;
}

/** As `npm pack` names it. */
function pathOf({ name, version }: Tarball): string {
  return join(folder(), `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

function folder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'spillway');
}

const BLOCK = 512;

/** POSIX.1-2001, pax interchange format: of extended headers, which precede a file, the path alone is read. */
export function readTar(tar: Buffer, isWanted: (path: string) => boolean): TarFile[] {
  const files: TarFile[] = [];
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, to: number) =>
      tar.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    const type = field(156, 157);
    const content = at + BLOCK;
    if (type === 'x') {
      longPath = /^\d+ path=(.*)$/m.exec(tar.toString('utf8', content, content + size))?.[1];
    } else {
      const prefix = field(345, 500);
      const full = longPath ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
      const path = full.slice(full.indexOf('/') + 1);
      if (type === '0' && isWanted(path)) {
        files.push({ path, text: tar.toString('utf8', content, content + size) });
      }
      longPath = undefined;
    }
    at = content + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
