import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkKeys, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { type FeatureExtraction, HIDDEN_STATES, type Layered } from '../../../features/embedding/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import { member } from '../../../util/member.js';
import { openedOnce } from '../../../util/openedOnce.js';
import { encoderLayers } from '../../onnxFile/index.js';
import { folderOf, type ModelFolder } from './folder.js';
import { type FolderOptions, pipelineOpener } from './open.js';

/** Options of `transformersEncoder`. */
export type TransformersEncoderOptions = FolderOptions;

/** An encoder for `embedding` that answers after each of its layers. */
export type TransformersEncoder = FeatureExtraction & Layered<FeatureExtraction> & Closable;

const TASK = 'feature-extraction';

/**
 * An encoder of transformers.js for `embedding`, which answers after its first layers too: `tune` derives cheaper
 * versions of the embedding from it, such as `meaning@2l32t`, its first 2 layers on 32 tokens.
 *
 * Layers are found in the graph of the ONNX file. The first ones are a graph of their own, cut from the file and opened
 * when a cascade first needs it; until it is open, it lies in a temporary folder. So are the others, which go on with
 * texts that the first ones have read whole. All layers together are the pipeline as transformers.js opens it.
 *
 * `close` disposes of all that was opened.
 *
 * @param folder config.json, tokenizer.json, onnx/model.onnx
 * @throws MissingPackage without @huggingface/transformers; PackageConflict beside another onnxruntime-node;
 *   ArtifactError for what is no folder, lacks a file, or is a model whose layers can't be found (`unsupported`)
 *
 * @example
 * const encoder = await transformersEncoder('./models/MiniLM');
 * define({ meaning: embedding(encoder, { text: (mail: Mail) => mail.body, limit: 64, dimensions: 384 }) });
 */
export async function transformersEncoder(
  folder: string,
  options: TransformersEncoderOptions = {},
): Promise<TransformersEncoder> {
  checkOptions(folder, options);
  const found = await folderOf(folder, TASK, options.dtype ?? 'fp32');
  const { layers, after } = await layersOf(found);
  const open = await pipelineOpener(options);
  const whole = extractionOf(await open(TASK, found.path));
  const partsOf = (kind: 'upTo' | 'after') =>
    openedOnce((layer: number) => openPart(found, kind, layer, (path) => open(TASK, path)));
  const [first, others] = [partsOf('upTo'), partsOf('after')];
  let isOpen = true;
  const from = (parts: typeof first) => (layer: number) => {
    if (!isOpen) throw new TypeError('the encoder was closed');
    return parts.get(layer);
  };
  return {
    task: whole.task,
    tokenizer: whole.tokenizer,
    model: whole.model,
    layers,
    upTo: from(first),
    ...(after && { after: from(others) }),
    ...closable(async () => {
      if (!isOpen) return;
      isOpen = false;
      for (const each of [whole, ...(await first.all()), ...(await others.all())]) await disposeOf(each);
    }),
  };
}

function checkOptions(folder: unknown, options: TransformersEncoderOptions): void {
  if (typeof folder !== 'string')
    throw new OptionError('folder', `expected the folder of a model, got ${show(folder)}`);
  checkKeys(options, ['dtype', 'device', 'session', 'transformers']);
  for (const name of ['dtype', 'device'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new OptionError(name, `expected text, got ${show(value)}`);
  }
}

async function layersOf({ path, weights }: ModelFolder) {
  return encoderLayers(await readFile(join(path, weights)), HIDDEN_STATES);
}

/** Opens the layers up to one, or after it, from a folder of their own, which isn't needed afterwards. */
async function openPart(
  folder: ModelFolder,
  kind: 'upTo' | 'after',
  layer: number,
  open: (path: string) => Promise<unknown>,
): Promise<FeatureExtraction> {
  const { path, files, weights } = folder;
  const { [kind]: cut = () => [] } = await layersOf(folder);
  const own = await mkdtemp(join(tmpdir(), 'spillway-layers-'));
  try {
    await mkdir(dirname(join(own, weights)));
    await writeFile(join(own, weights), cut(layer));
    for (const file of files) if (file !== weights) await copyFile(join(path, file), join(own, file));
    return extractionOf(await open(own));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function extractionOf(given: unknown): FeatureExtraction {
  return { task: TASK, tokenizer: member(given, 'tokenizer'), model: member(given, 'model') };
}

async function disposeOf({ model }: FeatureExtraction): Promise<void> {
  const dispose = member(model, 'dispose');
  if (typeof dispose === 'function') await dispose.call(model);
}
