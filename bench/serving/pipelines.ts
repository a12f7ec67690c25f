import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { define, logisticRegression, tfidf, tune } from 'spillway';
import { loadGlosses, loadMail } from '../../datasets/index.js';
import { combine, readArtifact, separate, writeArtifact } from '../../lib/data/artifact/index.js';
import { RowView } from '../../lib/features/define/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import type { JsonValue, State, Tensor } from '../../lib/util/state.js';
import { assumedProfile } from './assumedProfile.js';

/** A text that pipelines score. */
export interface Text {
  readonly text: string;
}

/** Pipelines in folders, as a server reads them. */
export interface Pipelines {
  readonly folders: readonly string[];
  /** Octets of a group's dictionaries, and of what a pipeline has of its own, mean over groups and pipelines. */
  readonly dictionary: number;
  readonly own: number;
  /** Texts like those that the dictionaries were learnt from. */
  readonly texts: readonly string[];
}

export interface PipelineOptions {
  readonly folder: string;
  readonly count: number;
  readonly groups: number;
  readonly words: number;
  readonly chars: number;
  /** Texts that dictionaries are learnt from, at most. @defaultValue all */
  readonly most?: number;
}

const MODULE = `import { define, tfidf } from 'spillway';
export default define({
  words: tfidf((row) => row.text, { maxFeatures: WORDS }),
  chars: tfidf((row) => row.text, { analyzer: 'char', ngrams: [2, 5], maxFeatures: CHARS }),
});
export const inputs = { text: 'BYTES' };
export const row = ({ text }, i) => ({ text: text[i] });
`;

/**
 * Sentiment-like pipelines, as in Pretzel's paper: word and character dictionaries of mails and
 * glosses, shared by the pipelines of a group, and weights of a pipeline's own.
 *
 * One small cascade is tuned, and its file is the pattern for all: a group's dictionaries are learnt
 * from texts of its own, and weights are drawn. So files are whole, and their answers mean nothing.
 */
export async function makePipelines({
  folder,
  count,
  groups,
  words,
  chars,
  most,
}: PipelineOptions): Promise<Pipelines> {
  const drawn = random(24);
  const texts = (await loadTexts(drawn)).slice(0, most);
  const options = { words, chars };
  const features = featuresOf(options);
  const pattern = join(folder, 'pattern.cascade');
  await writePattern(pattern, texts, options);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules', 'spillway'));
  const module = MODULE.replace('WORDS', String(words)).replace('CHARS', String(chars));
  const folders: string[] = [];
  let [dictionary, own] = [0, 0];
  for (let group = 0; group < groups; group++) {
    const each = Math.floor(texts.length / groups);
    const view = RowView.of(texts.slice(group * each, (group + 1) * each).map((text): Text => ({ text })));
    const states: Record<string, State> = {};
    const columns: Record<string, number> = {};
    for (const name of features.names) {
      const fitted = await features.get(name).fit(view);
      states[`feature ${name}`] = fitted.state;
      columns[name] = fitted.columns;
      dictionary += octetsOf(fitted.state) / groups;
    }
    for (let i = group; i < count; i += groups) {
      const at = join(folder, 'models', `sentiment${i}`, '1');
      await mkdir(at, { recursive: true });
      const whole = { ...separate(await readArtifact(pattern)), ...states };
      const redrawn = withColumns(whole, columns, options, drawn);
      for (const [name, state] of Object.entries(redrawn))
        if (!(name in states)) own += octetsOf(state) / count;
      await writeArtifact(join(at, 'model.cascade'), combine(redrawn));
      await writeFile(join(at, 'features.js'), module);
      folders.push(at);
    }
  }
  return { folders, dictionary, own, texts };
}

function featuresOf({ words, chars }: { readonly words: number; readonly chars: number }) {
  return define({
    words: tfidf((row: Text) => row.text, { maxFeatures: words }),
    chars: tfidf((row: Text) => row.text, { analyzer: 'char', ngrams: [2, 5], maxFeatures: chars }),
  });
}

/** Mails and glosses, shuffled. */
async function loadTexts(drawn: Random): Promise<string[]> {
  const [{ rows: mails }, { rows: glosses }] = [await loadMail(), await loadGlosses()];
  const texts = [
    ...mails.map(({ subject, body }) => `${subject} ${body}`),
    ...glosses.map(({ gloss }) => gloss),
  ];
  const order = Int32Array.from(texts.keys());
  drawn.shuffle(order);
  return Array.from(order, (i) => texts[i]);
}

/** A cascade whose first stage reads words. */
async function writePattern(path: string, texts: readonly string[], size: { words: number; chars: number }) {
  const rows = texts.slice(0, 800).map((text): Text => ({ text }));
  const cascade = await tune({
    features: featuresOf({ words: Math.min(size.words, 2_000), chars: Math.min(size.chars, 2_000) }),
    rows,
    labels: rows.map(({ text }) => /\bof\b/.test(text)),
    full: logisticRegression(),
    approximate: [logisticRegression()],
    profile: assumedProfile({ words: { perRow: 5, entries: 50 }, chars: { perRow: 100, entries: 500 } }),
    bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.05 },
    split: { folds: 2 },
    budget: 1e9,
    seed: 1,
  });
  if (cascade.plan.stages.length === 0)
    throw new Error(`the pattern has no stage: ${cascade.certificate.reason}`);
  await cascade.save(path, { reference: 'none' });
}

/** The same file with other dictionaries: columns and options change, and weights are drawn. */
function withColumns(
  states: Record<string, State>,
  columns: Readonly<Record<string, number>>,
  size: { readonly words: number; readonly chars: number },
  drawn: Random,
): Record<string, State> {
  const content = record(states.cascade.json);
  const limits: Readonly<Record<string, number>> = { ...size };
  const features = list(content.features).map((feature) => {
    const { name, options, ...terms } = record(feature);
    return {
      ...terms,
      name,
      columns: columns[String(name)],
      options: { ...record(options), maxFeatures: limits[String(name)] },
    };
  });
  const changed: Record<string, State> = {
    ...states,
    cascade: { ...states.cascade, json: { ...content, features } },
  };
  const readers: [string, JsonValue][] = [['full', content.reads]];
  for (const stage of list(content.stages)) {
    const { state, features: read } = record(stage);
    readers.push([String(state), read]);
  }
  for (const [name, read] of readers) {
    const { json, tensors } = states[name];
    const widths = list(read).map((feature) => columns[String(feature)]);
    const total = widths.reduce((sum, width) => sum + width, 0);
    const weights = Float64Array.from({ length: total }, () => drawn.uniform() - 0.5);
    changed[name] = { json: { ...record(json), columns: widths }, tensors: { ...tensors, weights } };
  }
  return changed;
}

function octetsOf({ tensors }: State): number {
  return Object.values(tensors).reduce((sum, tensor: Tensor) => sum + tensor.byteLength, 0);
}

function record(json: JsonValue): { readonly [key: string]: JsonValue } {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new TypeError('expected an object');
  return json as { readonly [key: string]: JsonValue };
}

function list(json: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(json)) throw new TypeError('expected a list');
  return json;
}
