import { InvalidArgumentError } from 'commander';
import type { ColumnType } from '../batch/index.js';

/** Reads an option that types columns: `age=number,left=date`. */
export function typesFrom(text: string): Readonly<Record<string, ColumnType>> {
  const types = text.split(',').map((each): [string, ColumnType] => {
    const at = each.lastIndexOf('=');
    const type = TYPES.find((known) => known === each.slice(at + 1));
    if (at > 0 && type !== undefined) return [each.slice(0, at), type];
    throw new InvalidArgumentError(`Expected columns with ${TYPES.join(', ')}, as age=number,left=date.`);
  });
  return Object.fromEntries(types);
}

const TYPES = ['text', 'number', 'boolean', 'date'] as const;
