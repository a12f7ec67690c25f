/** What content looks like that was given in place of another: for errors. By its first bytes, and never for more. */

interface Kind {
  readonly words: string;
  /** What to do with it, after a comma. */
  readonly instead?: string;
  readonly begins: string | RegExp | ((start: string) => boolean);
}

/** Bytes are characters of the same number here. */
const BINARY: readonly Kind[] = [
  { words: 'a PNG image', begins: '\x89PNG' },
  { words: 'a JPEG image', begins: '\xff\xd8\xff' },
  { words: 'a GIF image', begins: 'GIF8' },
  { words: 'a WebP image', begins: /^RIFF.{4}WEBP/s },
  { words: 'a PDF', begins: '%PDF' },
  { words: 'a gzip file', instead: 'which must be unpacked first', begins: '\x1f\x8b' },
  { words: 'a zip archive', instead: 'which must be unpacked first', begins: 'PK\x03\x04' },
  { words: 'a Zstandard file', instead: 'which must be unpacked first', begins: '\x28\xb5\x2f\xfd' },
  { words: 'a Parquet file', instead: 'which parquetRows reads', begins: 'PAR1' },
  { words: 'an HDF5 file, such as Keras saves', instead: 'which must be converted first', begins: '\x89HDF' },
  {
    words: 'a pickle of Python',
    instead: 'which only Python reads: save the model as ONNX',
    begins: (start) => start[0] === '\x80' && start.charCodeAt(1) <= 5,
  },
  {
    words: 'a file that spillway saved',
    instead: 'which Cascade.load or Ranker.load reads',
    begins: (start) =>
      isSafetensors(start) && start.slice(8).startsWith('{"__metadata__":{"format":"spillway"'),
  },
  { words: 'a safetensors file', begins: isSafetensors },
  {
    words: 'the saved_model.pb of a SavedModel',
    instead: 'whose folder tfjsModel takes',
    begins: '\b\x01\x12',
  },
  {
    words: 'a model in ONNX',
    instead: 'which onnxModel and modelFromOnnx read',
    begins: (start) =>
      start[0] === '\b' && start.charCodeAt(1) < 32 && '\x12\x1a"(2:B'.includes(start[2] ?? '-'),
  },
  {
    words: 'text in UTF-16',
    instead: "which tables are read of by encoding: 'utf-16' or --encoding utf-16",
    begins: (start) => start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff'),
  },
];

const TEXT: readonly Kind[] = [
  { words: 'an empty file', begins: (start) => start === '' },
  { words: 'a PGM or PPM image', begins: /^P[2-6]\s/ },
  {
    words: 'a pointer of Git LFS',
    instead: 'in place of the file: fetch that, git lfs pull',
    begins: 'version https://git-lfs',
  },
  {
    words: 'a model of LightGBM',
    instead: 'which lightgbmModel reads',
    begins: /^tree\r?\nversion=/,
  },
  {
    words: 'a model of XGBoost',
    instead: 'which xgboostModel reads',
    begins: /^\s*\{.{0,12}(learner|version"\s*:\s*\[)/s,
  },
  {
    words: 'a model of TensorFlow.js',
    instead: 'whose path tfjsModel takes',
    begins: /^\s*\{.*"(modelTopology|weightsManifest)"/s,
  },
  {
    words: "a detector in OpenCV's XML",
    instead: 'which readCascade of spillway/detect reads',
    begins: /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(opencv_storage|cascade)\b/s,
  },
  { words: 'a page of HTML', begins: /^\s*<(!doctype )?html/i },
  { words: 'XML', begins: /^\s*<(\?xml|[a-z_]+>)/i },
  { words: 'JSON', begins: /^\s*(\{\s*["}]|\[)/ },
  { words: 'binary content that was read as text', instead: 'so that bytes are lost', begins: /\ufffd/ },
];

/** As many bytes of a file's beginning as decide. */
export const LOOKED_AT = 4_096;

/** `: it looks like a PNG image`, with what to do with it; '' where nothing tells. */
export function looksLike(content: Uint8Array | string): string {
  const start = startOf(content);
  const kind = [...BINARY, ...TEXT].find((each) => isOf(each, start));
  if (kind === undefined)
    return typeof content === 'string' || isPlain(content) ? ': it looks like text' : '';
  return `: it looks like ${kind.words}${kind.instead === undefined ? '' : `, ${kind.instead}`}`;
}

/** Whether it is a file of a known kind that can't be text: the name of a column may begin as one. */
export function isBinary(content: Uint8Array): boolean {
  const start = startOf(content);
  return BINARY.some((kind) => isOf(kind, start)) && !isPlain(content);
}

/** Whether a text is a path rather than a file's content: short, without what content is written with. */
export function isPath(given: string): boolean {
  return given.length < 1_024 && !/[\r\n{<]/.test(given) && /[\\/]|\.\w{1,12}$/.test(given);
}

/** The remedy for a path in place of a file's content; '' for what isn't one. */
export function insteadOfPath(given: string): string {
  return isPath(given) ? `; read it first: await readFile(${JSON.stringify(given)})` : '';
}

/** The remedy for a file's content in place of its path; '' for what may be one. */
export function insteadOfContent(given: string): string {
  const isContent =
    given.length > LOOKED_AT || given.includes('\0') || /\n|\ufffd|^\s*(\{\s*"|<)/.test(given);
  return isContent ? `the content of a file, and no path${looksLike(given)}` : '';
}

function startOf(content: Uint8Array | string): string {
  const start = content.slice(0, LOOKED_AT);
  return typeof start === 'string' ? start : String.fromCharCode(...start);
}

/** The length of its header in eight bytes, of which the upper are 0, and the header. */
function isSafetensors(start: string): boolean {
  return start.slice(4, 10) === '\0\0\0\0{"';
}

function isOf({ begins }: Kind, start: string): boolean {
  if (typeof begins === 'function') return begins(start);
  return typeof begins === 'string' ? start.startsWith(begins) : begins.test(start);
}

/** Whether bytes are UTF-8 without control characters. */
function isPlain(content: Uint8Array): boolean {
  try {
    // A character may be cut off at the end.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, LOOKED_AT), {
      stream: true,
    });
    return !/[^\P{Cc}\t\n\r\f]/u.test(text);
  } catch {
    return false;
  }
}
