import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactError, OptionError } from '../../../errors.js';
import { lookAt } from '../../../util/lookAt.js';
import type { PipelineTask } from './pipeline.js';

/** Ends of the names of weights, by their type. */
const SUFFIXES: Readonly<Record<string, string>> = {
  fp32: '',
  fp16: '_fp16',
  int8: '_int8',
  uint8: '_uint8',
  q8: '_quantized',
  q4: '_q4',
  q2: '_q2',
  q1: '_q1',
  q4f16: '_q4f16',
  q2f16: '_q2f16',
  q1f16: '_q1f16',
  bnb4: '_bnb4',
};

const CONFIGURATION = 'config.json';
const TOKENIZER = 'tokenizer.json';
const PREPROCESSOR = 'preprocessor_config.json';
/** Files that change answers, where they are there. */
const FURTHER = [
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'merges.txt',
];

/** The files of a folder that answers depend on. */
export interface ModelFolder {
  /** Its absolute path: transformers.js takes a relative one for a name on its hub. */
  readonly path: string;
  /** Paths within it, in the order of their names. */
  readonly files: readonly string[];
  /** That of the weights. */
  readonly weights: string;
}

/**
 * The files that a pipeline of a folder reads.
 *
 * @throws OptionError for a type of weights that is unknown; ArtifactError for a folder that lacks the configuration,
 *   the tokenizer (for images the preprocessor) or these weights, naming what is there
 */
export async function folderOf(path: string, task: PipelineTask, dtype: string): Promise<ModelFolder> {
  if (!Object.hasOwn(SUFFIXES, dtype)) {
    throw new OptionError('dtype', `expected one of ${Object.keys(SUFFIXES).join(', ')}, got '${dtype}'`);
  }
  const there = new Set(await filesOf(path, task));
  const needed = [CONFIGURATION, task === 'image-classification' ? PREPROCESSOR : TOKENIZER];
  const missing = needed.find((name) => !there.has(name));
  if (missing !== undefined) {
    throw new ArtifactError(
      'foreign',
      `the folder ${path} has no ${missing}, which a pipeline of ${task} reads; it has ${listed(there)}`,
    );
  }
  const weights = `onnx/model${SUFFIXES[dtype]}.onnx`;
  if (!there.has(weights)) {
    const others = Object.keys(SUFFIXES).filter((type) => there.has(`onnx/model${SUFFIXES[type]}.onnx`));
    const hint =
      others.length > 0 ? `; it has weights of dtype ${others.join(', ')}` : otherWeights(path, there);
    throw new ArtifactError(
      'foreign',
      `the folder ${path} has no weights ${weights} (dtype '${dtype}')${hint}`,
    );
  }
  const beside = [...there].filter((name) => name.startsWith(`${weights}_data`));
  const further = [TOKENIZER, PREPROCESSOR, ...FURTHER].filter((name) => there.has(name));
  const files = [...new Set([...needed, ...further, weights, ...beside])].sort();
  return { path: resolve(path), files, weights };
}

/** What to do with a folder that has weights elsewhere, or of another program. */
function otherWeights(path: string, there: ReadonlySet<string>): string {
  const beside = [...there].find((name) => /^model.*\.onnx$/.test(name));
  if (beside !== undefined) return `; it has ${beside} beside the folder onnx: move that into it`;
  const torch = [...there].find((name) => /^(model.*\.safetensors|pytorch_model.*\.bin)$/.test(name));
  const has = `; it has ${listed(there)}`;
  return torch === undefined
    ? has
    : `${has}. ${torch} holds weights of PyTorch: export them, optimum-cli export onnx --model ${path} OUT, and move ` +
        'OUT/model.onnx into a folder onnx';
}

async function filesOf(path: string, task: PipelineTask): Promise<string[]> {
  try {
    const [own, weights] = await Promise.all([
      readdir(path),
      readdir(join(path, 'onnx')).catch((): string[] => []),
    ]);
    return [...own, ...weights.map((name) => `onnx/${name}`)];
  } catch (error) {
    throw new ArtifactError('unreadable', await insteadOf(path, task, error), { cause: error });
  }
}

/** What to pass in place of what is no folder. */
async function insteadOf(path: string, task: PipelineTask, error: unknown): Promise<string> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') {
    return (
      `there is no folder ${resolve(path)}, and nothing is fetched from a hub. Check the path, or pass the pipeline ` +
      `of a name on the hub: await pipeline('${task}', '${path}')`
    );
  }
  if (code === 'ENOTDIR') {
    return `${path} is a file${await lookAt(path)}. Pass the folder with ${CONFIGURATION}, ${TOKENIZER} and onnx/model.onnx`;
  }
  return `the folder of the model can't be read: ${error instanceof Error ? error.message : error}`;
}

function listed(names: ReadonlySet<string>): string {
  return names.size === 0 ? 'nothing' : [...names].sort().slice(0, 12).join(', ');
}

/** @returns `sha256:` and the digest of the files' names and bytes, which may exceed memory */
export async function folderHash({ path, files }: ModelFolder): Promise<string> {
  const whole = createHash('sha256');
  for (const name of files) {
    const hash = createHash('sha256');
    for await (const part of createReadStream(join(path, name))) hash.update(part);
    whole.update(`${name}\n${hash.digest('hex')}\n`);
  }
  return `sha256:${whole.digest('hex')}`;
}
