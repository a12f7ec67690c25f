import { type Declaration, declarationsOf } from './declarations.js';
import { declarationFile, type Entry, entriesOf } from './entries.js';
import { anchorsOf } from './markdown.js';

const KINDS: readonly (readonly [Declaration['kind'], string])[] = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['const', 'Constants'],
  ['interface', 'Interfaces'],
  ['type', 'Types'],
];

/** A page of the reference; and where its symbols stand on it, which links need. */
interface Page {
  readonly file: string;
  readonly entry: Entry;
  readonly groups: readonly (readonly [title: string, symbols: readonly Declaration[]])[];
  readonly anchors: ReadonlyMap<string, string>;
}

/**
 * The reference as Markdown, a page an entry point, from the declarations that the build wrote.
 *
 * @param root the repository, ending with a slash
 */
export function referencePages(root: string): Map<string, string> {
  const pages = entriesOf(root).map((entry) => pageOf(entry, declarationsOf(declarationFile(root, entry))));
  return new Map(
    pages.map((page) => {
      const linkTo = (symbol: string) => {
        const home = [page, ...pages].find(({ anchors }) => anchors.has(symbol));
        if (home === undefined) return undefined;
        return `${home === page ? '' : home.file}#${home.anchors.get(symbol)}`;
      };
      const { name } = page.entry;
      const intro = `Everything that \`${name}\` exports, from the code's own declarations and comments.`;
      const sections = page.groups.flatMap(([title, symbols]) => [
        `## ${title}`,
        ...symbols.map((each) => sectionOf(each, linkTo)),
      ]);
      return [page.file, [`# ${name}`, intro, ...sections].join('\n\n')];
    }),
  );
}

function pageOf(entry: Entry, all: readonly Declaration[]): Page {
  const groups = KINDS.flatMap(([kind, title]) => {
    const symbols = all.filter((each) => each.kind === kind);
    return symbols.length === 0 ? [] : [[title, symbols] as const];
  });
  const headings = [entry.name, ...groups.flatMap(([title, symbols]) => [title, ...symbols.map(nameOf)])];
  const anchors = anchorsOf(headings.map((heading) => `# ${heading}\n`).join(''));
  const places = headings.map((heading, i): [string, string] => [heading, anchors[i]]);
  const names = new Set(all.map(nameOf));
  return {
    file: `${entry.name.replace('/', '-')}.md`,
    entry,
    groups,
    anchors: new Map(places.filter(([heading]) => names.has(heading))),
  };
}

function nameOf({ name }: Declaration): string {
  return name;
}

/** The link to a symbol in the reference, if it is there. */
type LinkTo = (symbol: string) => string | undefined;

function sectionOf({ name, text, comment }: Declaration, linkTo: LinkTo): string {
  const code = text
    .replace(/^export (declare )?/gm, '')
    .replace(/^ {4}private .*\n/gm, '')
    .replace(/\{@link ([\w.]+)\}/g, '$1');
  return [`### ${name}`, '', '```ts', code, '```', ...prose(comment, linkTo)].join('\n').trimEnd();
}

/** A comment as Markdown: tags become terms, examples code, and links lead to where the reference has the symbol. */
function prose(comment: string, linkTo: LinkTo): string[] {
  const [text, ...tags] = comment.split(/\n(?=@)|(?<=\. )(?=@(?:throws|defaultValue|param|returns))/);
  const linked = (text: string) =>
    text.replace(/\{@link ([\w.]+)\}/g, (_, to: string) => {
      const place = linkTo(to.split('.')[0]);
      return place === undefined ? `\`${to}\`` : `[\`${to}\`](${place})`;
    });
  const parts = tags.map((tag) => {
    const [, kind, rest] = /^@(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
    if (kind === 'example') return `\n\`\`\`ts\n${rest.replace(/^```\w*\n|```$/g, '').trim()}\n\`\`\``;
    const words = linked(rest.replace(/\s+/g, ' ').trim());
    if (kind === 'param') return `- \`${words.split(' ')[0]}\`: ${words.split(' ').slice(1).join(' ')}`;
    const term = {
      throws: 'Throws',
      returns: 'Returns',
      see: 'Source',
      defaultValue: 'Default',
      internal: 'Internal',
    }[kind ?? ''];
    return `- *${term ?? kind}*: ${words}`;
  });
  return ['', linked(text), '', ...parts, ''];
}
