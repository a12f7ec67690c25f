import { damaged } from '../fields.js';

/**
 * Numbers that JSON lacks, as XGBoost writes them, and JSON that parses to the like: NaN becomes
 * null.
 */
const SPECIAL = [
  ['NaN', 'null'],
  ['Infinity', '1e999'],
] as const;

/** @throws ArtifactError `damaged` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(withoutSpecials(text));
  } catch (cause) {
    throw damaged('xgboost', 'no whole JSON', { cause });
  }
}

function withoutSpecials(text: string): string {
  if (!SPECIAL.some(([special]) => text.includes(special))) return text;
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (quoted) i += character === '\\' ? 1 : 0;
    else {
      const found = SPECIAL.find(([special]) => text.startsWith(special, i));
      if (found === undefined) continue;
      parts.push(text.slice(from, i), found[1]);
      i += found[0].length - 1;
      from = i + 1;
    }
  }
  return `${parts.join('')}${text.slice(from)}`;
}
