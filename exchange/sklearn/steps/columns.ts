import type { NodeFields } from '../node.js';

/** How errors call the columns that a step reads: by the words in its file, else by position. */
export function columnNames(node: NodeFields): (column: number) => string {
  const words = node.has('names.ends') ? node.texts('names') : [];
  return (column) => words[column] ?? `column ${column} of its input`;
}

/** The columns of a step that changes them one by one. */
export function sameColumns(node: NodeFields): number {
  const columns = node.parameters.count('columns');
  if (columns !== node.width) throw node.damaged(`${columns} columns, of ${node.width} that it reads`);
  return columns;
}
