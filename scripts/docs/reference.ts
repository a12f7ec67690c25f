import { type Declaration, declarationsOf } from './declarations.js';
import { declarationFile, entriesOf } from './entries.js';

const KINDS: readonly (readonly [Declaration['kind'], string])[] = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['const', 'Constants'],
  ['interface', 'Interfaces'],
  ['type', 'Types'],
];

/** The reference as Markdown, a page an entry, from the declarations that the build wrote. */
export function referencePages(root: string): Map<string, string> {
  const entries = entriesOf(root);
  return new Map(
    entries.map((entry) => {
      const { name } = entry;
      const all = declarationsOf(declarationFile(root, entry));
      const known = new Set(all.map((each) => each.name));
      const sections = KINDS.flatMap(([kind, title]) => {
        const own = all.filter((each) => each.kind === kind);
        return own.length === 0 ? [] : [`## ${title}`, ...own.map((each) => symbol(each, known))];
      });
      const others = entries
        .filter((other) => other !== entry)
        .map((other) => `[${other.name}](${fileOf(other.name)})`);
      const intro = `Everything that \`${name}\` exports. Made from the code by \`npm run docs\`; also ${others.join(', ')}.`;
      return [fileOf(name), [`# ${name}`, intro, ...sections].join('\n\n')];
    }),
  );
}

function fileOf(module: string): string {
  return `${module.replace('/', '-')}.md`;
}

function symbol({ name, text, comment }: Declaration, known: ReadonlySet<string>): string {
  const code = text.replace(/^export (declare )?/gm, '').replace(/^ {4}private .*\n/gm, '');
  return [`### ${name}`, ...prose(comment, known), '```ts', code, '```']
    .join('\n')
    .replace(/\n\n```ts/g, '\n\n```ts');
}

/** A comment as Markdown: tags become terms, examples code, and links lead to the symbol where it is on the page. */
function prose(comment: string, known: ReadonlySet<string>): string[] {
  const [text, ...tags] = comment.split(/\n(?=@)|(?<=\. )(?=@(?:throws|defaultValue|param|returns))/);
  const linked = (text: string) =>
    text.replace(/\{@link ([\w.]+)\}/g, (_, to: string) =>
      known.has(to) ? `[\`${to}\`](#${to.toLowerCase()})` : `\`${to}\``,
    );
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
