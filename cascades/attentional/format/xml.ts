import { ArtifactError } from '../../../lib/errors.js';

/** An element: its name, its children in order, and its own text without theirs. */
export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** Ten times the largest cascade of OpenCV. */
const MOST_CHARACTERS = 32 * 2 ** 20;
const MOST_ELEMENTS = 2 ** 20;
/** Those of cascades are ten deep. */
const MOST_DEPTH = 32;

const OPEN = /<([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const CLOSE = /<\/([A-Za-z_][\w.-]*)\s*>/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos);/g;

/**
 * Reads the part of XML that cascades are written in: elements, text, comments, the declaration, and the five entities of XML itself.
 * Whatever else a document may have (document types, entities of its own, CDATA, instructions) is refused, and so is one that is too
 * long, deep or branched. It takes time in proportion to the text.
 *
 * @returns the root
 * @throws ArtifactError: `damaged` for what is not well-formed, `unsupported` for what is refused
 */
export function parseXml(text: string): Element {
  if (text.length > MOST_CHARACTERS) {
    throw refused(`it has ${text.length} characters; at most ${MOST_CHARACTERS} are read`);
  }
  const top: Element = { name: '', children: [], text: '' };
  const open: Element[] = [top];
  let elements = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const parent = open[open.length - 1];
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    if (end > at) addText(parent, text.slice(at, end), open.length === 1, at);
    if (next < 0) break;
    if (text.startsWith('<!--', next)) at = after(text, '-->', next + 4, 'comment');
    else if (text.startsWith('<?xml', next) && elements === 0) at = after(text, '?>', next, 'declaration');
    else if (text.startsWith('<!', next) || text.startsWith('<?', next)) {
      throw refused(`${JSON.stringify(text.slice(next, next + 9))} ${place(next)} is not read`);
    } else if (text[next + 1] === '/') {
      CLOSE.lastIndex = next;
      const name = CLOSE.exec(text)?.[1];
      if (name === undefined || name !== parent.name) {
        throw malformed(`<${parent.name || 'nothing'}> is not closed ${place(next)}`);
      }
      open.pop();
      at = CLOSE.lastIndex;
    } else {
      OPEN.lastIndex = next;
      const match = OPEN.exec(text);
      if (match === null) throw malformed(`no element begins ${place(next)}`);
      const element: Element = { name: match[1], children: [], text: '' };
      parent.children.push(element);
      if (++elements > MOST_ELEMENTS) throw refused(`it has more than ${MOST_ELEMENTS} elements`);
      if (match[3] === '') open.push(element);
      if (open.length > MOST_DEPTH) throw refused(`its elements are more than ${MOST_DEPTH - 1} deep`);
      at = OPEN.lastIndex;
    }
  }
  if (open.length > 1) throw malformed(`it ends inside <${open[open.length - 1].name}>: is it cut short?`);
  if (top.children.length !== 1) throw malformed(`expected one root, got ${top.children.length}`);
  return top.children[0];
}

function addText(parent: Element, text: string, isOutside: boolean, at: number): void {
  if (isOutside) {
    if (text.trim() !== '') throw malformed(`text outside of the root ${place(at)}`);
    return;
  }
  // Numbers and names have no use for an entity, so they stay as they are.
  if (text.replace(ENTITY, '').includes('&')) {
    throw refused(`an entity ${place(at)} is not one of XML's own five`);
  }
  parent.text += text;
}

function after(text: string, mark: string, from: number, what: string): number {
  const end = text.indexOf(mark, from);
  if (end < 0) throw malformed(`a ${what} has no end: is it cut short?`);
  return end + mark.length;
}

function place(at: number): string {
  return `at character ${at}`;
}

function malformed(why: string): ArtifactError {
  return new ArtifactError('damaged', `this is no whole XML: ${why}`);
}

function refused(why: string): ArtifactError {
  return new ArtifactError('unsupported', `this XML is refused: ${why}`);
}
