/** The parts of a notebook that are read: Jupyter's format, version 4. */
interface Notebook {
  readonly cells: readonly Cell[];
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly outputs?: readonly Output[];
}

interface Output {
  readonly output_type: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
  readonly traceback?: readonly string[];
}

/**
 * A notebook as Markdown: its text, its code as fences of `ts`, printed output as fences of
 * `output`, and drawings as fences of `svg` or as pictures.
 *
 * @throws {Error} for an output in none of these forms
 */
export function notebookPage(json: string): string {
  const { cells }: Notebook = JSON.parse(json);
  return `${cells.flatMap(partsOf).join('\n\n')}\n`;
}

function partsOf({ cell_type: kind, source, outputs = [] }: Cell): string[] {
  if (kind === 'markdown') return [textOf(source)];
  if (kind !== 'code') return [];
  return [fence('ts', textOf(source)), ...joined(outputs).map(outputPart)];
}

/** Joins a cell's printed lines into one output. */
function joined(outputs: readonly Output[]): Output[] {
  const all: Output[] = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (last?.text !== undefined && output.text !== undefined) {
      const text = textOf(last.text) + textOf(output.text);
      all[all.length - 1] = { output_type: output.output_type, text };
    } else all.push(output);
  }
  return all;
}

function outputPart({ output_type: kind, text, data = {}, traceback }: Output): string {
  if (text !== undefined) return fence('output', textOf(text));
  if (traceback !== undefined) return fence('output', plain(traceback.join('\n')));
  const [svg, png, printed] = ['image/svg+xml', 'image/png', 'text/plain'].map((type) => data[type]);
  if (svg !== undefined) return fence('svg', textOf(svg));
  if (png !== undefined) return `![Output](data:image/png;base64,${textOf(png).replace(/\s/g, '')})`;
  if (printed !== undefined) return fence('output', textOf(printed));
  throw new Error(`an output of ${kind} that has only ${Object.keys(data).join(', ')}`);
}

function textOf(source: string | readonly string[]): string {
  return typeof source === 'string' ? source : source.join('');
}

/** Longer than any fence inside it. */
function fence(lang: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/~+/g)].map(([run]) => run.length));
  const mark = '~'.repeat(longest + 1);
  return `${mark}${lang}\n${plain(text).trimEnd()}\n${mark}`;
}

/** Without the colours of a terminal. */
function plain(text: string): string {
  return text.replace(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g'), '');
}
