import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageWriter } from '../../../../../lib/models/onnxFile/index.js';

/** ONNX's numbers of types. */
const [FLOAT, INT64] = [1, 7];

/** Words that the tiny model knows, and each one's logits of the three labels; special tokens have none. */
export const VOCABULARY: Readonly<Record<string, readonly [number, number, number]>> = {
  '[PAD]': [0, 0, 0],
  '[UNK]': [0, 0, 0],
  '[CLS]': [0, 0, 0],
  '[SEP]': [0, 0, 0],
  goal: [2, 0, -1],
  bank: [-1, 3, 0],
  soup: [0, -1, 2.5],
  and: [0.1, 0.2, 0],
  '\ufffd': [0, 0.5, 0],
};

export interface Tiny {
  /** The labels of its three outputs. @defaultValue sports, money, food */
  readonly labels?: readonly string[];
  /** More of its configuration. */
  readonly config?: object;
}

/** Logits of a text of these words: the sums of theirs. */
export function logitsOf(words: readonly string[]): number[] {
  return [0, 1, 2].map((c) => words.reduce((sum, word) => sum + (VOCABULARY[word] ?? [0, 0, 0])[c], 0));
}

export function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Writes a folder that transformers.js opens: a bag of words of at most 16 tokens with a WordPiece tokenizer. */
export async function writeTiny(
  folder: string,
  { labels = ['sports', 'money', 'food'], config = {} }: Tiny = {},
) {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const entries = labels.map((label, c) => [String(c), label] as const);
  const json = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content));
  await json('config.json', {
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    vocab_size: Object.keys(VOCABULARY).length,
    id2label: Object.fromEntries(entries),
    label2id: Object.fromEntries(entries.map(([c, label]) => [label, Number(c)])),
    ...config,
  });
  await json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 16,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
  });
  await json('tokenizer.json', tokenizer());
  await writeFile(join(folder, 'onnx', 'model.onnx'), graph());
}

function tokenizer(): object {
  const ids = Object.fromEntries(Object.keys(VOCABULARY).map((word, id) => [word, id]));
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content) => ({
    ...{ id: ids[content], content, special: true, single_word: false },
    ...{ lstrip: false, rstrip: false, normalized: false },
  }));
  const token = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const stated = (name: string) => ({ id: name, ids: [ids[name]], tokens: [name] });
  return {
    version: '1.0',
    added_tokens: special,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: false,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('[CLS]', 0), sequence('A', 0), token('[SEP]', 0)],
      pair: [token('[CLS]', 0), sequence('A', 0), token('[SEP]', 0), sequence('B', 1), token('[SEP]', 1)],
      special_tokens: { '[CLS]': stated('[CLS]'), '[SEP]': stated('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: ids,
    },
  };
}

/** Sums of the tokens' logits, where the mask is 1. */
function graph(): Uint8Array {
  const own = new MessageWriter();
  const nodes: [string, string[], string][] = [
    ['Gather', ['table', 'input_ids'], 'each'],
    ['Cast', ['attention_mask'], 'mask'],
    ['Unsqueeze', ['mask', 'last'], 'wide'],
    ['Mul', ['each', 'wide'], 'masked'],
    ['ReduceSum', ['masked', 'tokens'], 'logits'],
  ];
  for (const [type, inputs, output] of nodes) {
    const node = new MessageWriter();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(4, type);
    if (type === 'Cast') node.message(5, new MessageWriter().text(1, 'to').whole(3, FLOAT).whole(20, 2));
    if (type === 'ReduceSum')
      node.message(5, new MessageWriter().text(1, 'keepdims').whole(3, 0).whole(20, 2));
    own.message(1, node);
  }
  const values = Object.values(VOCABULARY);
  own
    .text(2, 'bag')
    .message(
      5,
      new MessageWriter()
        .wholes(1, [values.length, 3])
        .whole(2, FLOAT)
        .floats(4, values.flat())
        .text(8, 'table'),
    )
    .message(5, axis('last', 2))
    .message(5, axis('tokens', 1))
    .message(11, port('input_ids', INT64, 'length'))
    .message(11, port('attention_mask', INT64, 'length'))
    .message(12, port('logits', FLOAT, 3));
  return new MessageWriter()
    .whole(1, 8)
    .message(7, own)
    .message(8, new MessageWriter().text(1, '').whole(2, 13))
    .finish();
}

function axis(name: string, at: number): MessageWriter {
  return new MessageWriter().wholes(1, [1]).whole(2, INT64).wholes(7, [at]).text(8, name);
}

function port(name: string, type: number, columns: number | string): MessageWriter {
  const second = new MessageWriter();
  if (typeof columns === 'string') second.text(2, columns);
  else second.whole(1, columns);
  const shape = new MessageWriter().message(1, new MessageWriter().text(2, 'rows')).message(1, second);
  const tensor = new MessageWriter().message(1, new MessageWriter().whole(1, type).message(2, shape));
  return new MessageWriter().text(1, name).message(2, tensor);
}
