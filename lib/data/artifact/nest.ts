import { SAME_KIND } from '#hints';
import { ArtifactError } from '../../errors.js';
import type { JsonValue, State, Tensor } from '../../util/state.js';

/**
 * Many named states as one, for one file. The JSON of each is kept under its name, its tensors as
 * 'name/tensor'. Any string is a name, since '~' and '/' in it are written '~0' and '~1' (as in a
 * JSON Pointer, RFC 6901, section 3). Combined states can be combined again.
 *
 *     combine({ words: { json: 1, tensors: { idf } } }); // { json: { words: 1 }, tensors: { 'words/idf': idf } }
 */
export function combine(states: Readonly<Record<string, State>>): State {
  const named = Object.entries(states);
  return {
    json: Object.fromEntries(named.map(([name, state]) => [name, state.json])),
    tensors: Object.fromEntries(
      named.flatMap(([name, state]) =>
        Object.entries(state.tensors).map(([tensor, values]) => [`${toToken(name)}/${tensor}`, values]),
      ),
    ),
  };
}

/**
 * The states that `combine` was given.
 *
 * @throws ArtifactError `mismatch` if the state isn't a combined one.
 */
export function separate(state: State): Record<string, State> {
  if (!isObject(state.json)) {
    throw new ArtifactError(
      'mismatch',
      `a combined state holds an object of named states, and this one holds another kind of JSON${SAME_KIND}`,
    );
  }
  const tensors = new Map<string, [string, Tensor][]>();
  for (const name of Object.keys(state.json)) tensors.set(name, []);
  for (const [path, values] of Object.entries(state.tensors)) {
    const slash = path.indexOf('/');
    const own = slash < 0 ? undefined : tensors.get(fromToken(path.slice(0, slash)));
    if (own === undefined) {
      throw new ArtifactError(
        'mismatch',
        `tensor '${path}' belongs to none of the combined states ${Object.keys(state.json).join(', ')}${SAME_KIND}`,
      );
    }
    own.push([path.slice(slash + 1), values]);
  }
  return Object.fromEntries(
    Object.entries(state.json).map(([name, json]) => [
      name,
      { json, tensors: Object.fromEntries(tensors.get(name) ?? []) },
    ]),
  );
}

function toToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function fromToken(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isObject(json: JsonValue): json is { readonly [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
