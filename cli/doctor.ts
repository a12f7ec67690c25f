import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import type { Command } from 'commander';
import { tfjsBackends } from '../entries/full.js';
import { installedVersion } from '../lib/util/packages.js';
import { addCommand, type Io } from './command.js';
import { DONE, FAILED } from './exitCodes.js';
import { AIMS, isReached, warningOf, waysTo } from './optionalPackages.js';

const require = createRequire(import.meta.url);

export function addDoctor(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'doctor',
    'what this machine has to run models, and how to get the rest',
    'Looks for the optional packages by what they are for, starts every backend that could run a network, ' +
      'and lists what is missing and how to install it.',
    async () => {
      const node = { version: process.versions.node, supported: isSupported(process.versions.node) };
      const machine = {
        platform: `${process.platform}-${process.arch}`,
        cores: availableParallelism(),
        memoryGB: Number((totalmem() / 2 ** 30).toFixed(1)),
        webAssembly: typeof Reflect.get(globalThis, 'WebAssembly') === 'object',
      };
      const packages = AIMS.flatMap(({ aim, packages: own }) =>
        Object.entries(own).map(([name, purpose]) => {
          const version = installedVersion(name) ?? null;
          return { aim, name, purpose, version, warning: warningOf(name, version) };
        }),
      );
      const there = new Set(packages.flatMap(({ name, version }) => (version === null ? [] : [name])));
      const aims = AIMS.map((aim) => ({ aim: aim.aim, reached: isReached(aim, there) }));
      const backends = await quietly(tfjsBackends);
      const onnx = onnxBackends();
      const mark = (works: boolean) => (works ? 'ok     ' : 'missing');
      return {
        json: { node, machine, aims, packages, tfjs: backends, onnx },
        code: node.supported ? DONE : FAILED,
        text: [
          `Node ${node.version}: ${node.supported ? 'supported' : 'not supported; 20.19, 22.12, 24 or later is'}`,
          `${machine.platform}, ${machine.cores} cores, ${machine.memoryGB} GB, ` +
            `${machine.webAssembly ? 'WebAssembly' : 'no WebAssembly: kernels run as plain JavaScript, slower'}`,
          '',
          'What you may want to do, and the packages for it, all of them optional:',
          ...AIMS.flatMap((each) => {
            const { aim, backends: listed } = each;
            const own = packages.filter((one) => one.aim === aim);
            const reached = isReached(each, there);
            return [
              '',
              `${mark(reached)} ${aim}`,
              ...own.flatMap(({ name, purpose, version, warning }) => [
                `  ${mark(version !== null)} ${name}${version === null ? '' : ` ${version}`}: ${purpose}`,
                ...(warning === null ? [] : [`    ${warning}`]),
              ]),
              ...(listed === 'tfjs'
                ? [
                    '  Backends, best first:',
                    ...backends.map(({ name, works, what }) => `    ${mark(works)} ${name}: ${what}`),
                  ]
                : []),
              ...(listed === 'onnx' && onnx.length > 0 ? [`  Backends: ${onnx.join(', ')}`] : []),
              ...(reached ? [] : waysTo(each, there).map((way) => `  To get it: npm install ${way}`)),
            ];
          }),
        ].join('\n'),
      };
    },
  ).addHelpText('after', '\nNothing is installed or changed. Exit code 1 where this Node is too old.');
}

/** As in package.json: ^20.19 || ^22.12 || >=24. */
function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

function onnxBackends(): string[] {
  try {
    const runtime: { listSupportedBackends?(): { name: string }[] } = require('onnxruntime-node');
    return runtime.listSupportedBackends?.().map(({ name }) => name) ?? ['cpu'];
  } catch {
    return [];
  }
}

/** Backends that start talk of it, on stdout. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, info, warn } = console;
  Object.assign(console, { log() {}, info() {}, warn() {} });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, info, warn });
  }
}
