import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { LoadCommands } from '../loadSpec.js';
import type { AttackCommands } from './attackCommands.js';
import { Child, type Commands } from './children.js';
import type { AloneCommands, BareCommands, GrpcCommands, ServerCommands } from './serverCommands.js';

/**
 * Megabytes of each half of a heap's young generation. Node's own 16 are touched in turn and stay, in
 * every process.
 */
const FLAGS = ['--max-semi-space-size=2'];

const PROGRAMS = ['load', 'server', 'alone', 'bare', 'grpcLoad', 'attacker'];

/** Programs of the benchmark as JavaScript, each to run in a process of its own. */
export class Programs {
  private readonly children = new Set<{ close(): Promise<void> }>();

  private constructor(private readonly folder: string) {}

  /** @param folder whose models import the library from `node_modules`, which it is given */
  static async build(folder: string): Promise<Programs> {
    const root = new URL('../../../../', import.meta.url);
    const modules = join(folder, 'node_modules');
    await mkdir(modules, { recursive: true });
    const link = (name: string, to: string) =>
      symlink(fileURLToPath(new URL(to, root)), join(modules, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    await link('spillway', '.');
    await link('@grpc', 'node_modules/@grpc');
    await build({
      entryPoints: PROGRAMS.map((name) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['spillway', '@grpc/grpc-js'],
      logLevel: 'error',
    });
    return new Programs(folder);
  }

  load(): Child<LoadCommands> {
    return this.start('load');
  }

  server(): Child<ServerCommands> {
    return this.start('server');
  }

  alone(): Child<AloneCommands> {
    return this.start('alone');
  }

  bare(): Child<BareCommands> {
    return this.start('bare');
  }

  grpcLoad(): Child<GrpcCommands> {
    return this.start('grpcLoad');
  }

  attacker(): Child<AttackCommands> {
    return this.start('attacker');
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all([...this.children].map((child) => child.close()));
  }

  private start<All extends Commands>(name: string): Child<All> {
    const child = new Child<All>(join(this.folder, `${name}.mjs`), FLAGS);
    this.children.add(child);
    return child;
  }
}
