/**
 * Makes a program of each example of a page: the imports that it needs, the names that the documentation takes as given, and
 * the examples before it that it rests on. A reader who copies one example can run it.
 */

/** A piece of source, and its relations to others. */
interface Piece {
  readonly code: string;
  readonly declares: ReadonlySet<string>;
  readonly uses: ReadonlySet<string>;
  /** Names of files that it writes or reads. */
  readonly files: ReadonlySet<string>;
}

interface Import {
  readonly module: string;
  /** Each as it is written, such as `type Mail` or `* as tf`. */
  readonly names: readonly string[];
}

/** The examples of a page of Markdown, in order: what stands between its fences of TypeScript. */
export function examplesOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code.trimEnd());
}

/**
 * @param markdown a page
 * @param given the source of the names that examples take as given, statement by statement with a blank line between
 * @returns for each example of the page, in order, a program that runs by itself
 */
export function programsOf(markdown: string, given: string): string[] {
  const examples = examplesOf(markdown);
  const pieces = examples.map(pieceOf);
  const own = new Set(pieces.flatMap(({ declares }) => [...declares]));
  const world = bodyOf(given)
    .split(/\n{2,}/)
    .map(pieceOf);
  const hidden = world.filter(({ declares }) => [...declares].some((name) => own.has(name)));
  const prelude = world.filter((piece) => !hidden.includes(piece));
  const imports = examples.map(importsOf);
  return pieces.map((piece, at) => {
    const below = examples.slice(at + 1).flatMap(functionsOf);
    const chosen = needed(piece, [...prelude, ...pieces.slice(0, at)], below);
    const used = new Set(chosen.flatMap(({ uses }) => [...uses]));
    // An example's own imports are kept as written, used or not; imports of other pieces only if
    // they are used.
    const taken = chosen.filter((each) => prelude.includes(each));
    const clash = hidden
      .flatMap(({ declares }) => [...declares])
      .find((name) => taken.some(({ uses }) => uses.has(name)));
    if (clash !== undefined)
      throw new Error(`the page's own ${clash} hides one that what it takes as given needs`);
    const earlier = [taken.length > 0 ? importsOf(given) : [], ...imports.slice(0, at)]
      .flat()
      .map((each) => onlyUsed(each, used))
      .filter(({ module }) => module !== '');
    if (chosen.length === 1 && earlier.length === 0) return examples[at];
    const written = joined([...earlier, ...imports[at]]);
    return [written, ...chosen.map(({ code }) => code)].filter((part) => part !== '').join('\n\n');
  });
}

/**
 * A piece with its dependencies: pieces before it whose names or files it uses, and functions
 * further down the page.
 */
function needed(last: Piece, before: readonly Piece[], below: readonly Piece[]): Piece[] {
  const [names, files, called] = [new Set<string>(), new Set<string>(), new Set<Piece>()];
  const isTaken = ({ declares, files: own }: Piece) =>
    [...declares].some((name) => names.has(name)) || [...own].some((file) => files.has(file));
  const take = (piece: Piece) => {
    for (const name of piece.uses) names.add(name);
    for (const file of piece.files) files.add(file);
    for (const helper of below) {
      if (called.has(helper) || ![...helper.declares].some((name) => names.has(name))) continue;
      called.add(helper);
      take(helper);
    }
  };
  take(last);
  const chosen: Piece[] = [];
  for (const piece of [...before].reverse()) {
    if (!isTaken(piece)) continue;
    chosen.unshift(piece);
    take(piece);
  }
  return [...chosen, last, ...below.filter((helper) => called.has(helper))];
}

/** The functions that a piece of source declares, each by itself: code above can use them, too. */
function functionsOf(source: string): Piece[] {
  const found = source.matchAll(/^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:async )?function[\s\S]*?^\}$/gm);
  return [...found].map(([code]) => pieceOf(code));
}

function pieceOf(source: string): Piece {
  const code = bodyOf(source);
  return { code, declares: declaredIn(code), uses: usedIn(code), files: filesIn(code) };
}

const IMPORT = /^import (?:([^;']*?) from )?'([^']+)';\n*/gm;

function bodyOf(source: string): string {
  return source.replace(IMPORT, '').trim();
}

function importsOf(source: string): Import[] {
  return [...source.matchAll(IMPORT)].map(([, clause = '', module]) => {
    const [, areTypes, inner] = /^(type )?\{([\s\S]*)\}$/.exec(clause) ?? [];
    if (inner === undefined) return { module, names: clause === '' ? [] : [clause] };
    const names = inner.split(',').map((name) => name.trim());
    return { module, names: names.filter((name) => name !== '').map((name) => `${areTypes ?? ''}${name}`) };
  });
}

/** An import without the names that nothing uses; one for its effects alone stays as it is. */
function onlyUsed({ module, names }: Import, used: ReadonlySet<string>): Import {
  if (names.length === 0) return { module, names: [] };
  const kept = names.filter((name) => used.has(/[\w$]+$/.exec(name)?.[0] ?? ''));
  return { module: kept.length === 0 ? '' : module, names: kept };
}

/** The statements of all imports, each module once. */
function joined(imports: readonly Import[]): string {
  const modules = new Map<string, Set<string>>();
  for (const { module, names } of imports) {
    const known = modules.get(module) ?? new Set();
    for (const name of names) known.add(name);
    modules.set(module, known);
  }
  return [...modules]
    .flatMap(([module, names]) => {
      const named = [...names].filter((name) => !name.startsWith('*'));
      const whole = [...names].filter((name) => name.startsWith('*'));
      const statements = whole.map((name) => `import ${name} from '${module}';`);
      if (named.length > 0) statements.push(`import { ${named.join(', ')} } from '${module}';`);
      return statements.length > 0 ? statements : [`import '${module}';`];
    })
    .join('\n');
}

/**
 * Names that a piece declares for later ones: at the beginning of a line, as examples are written.
 */
function declaredIn(code: string): Set<string> {
  const declared = new Set<string>();
  const single = /^(?:export )?(?:async )?(?:const|let|function\*?|class|type|interface) ([\w$]+)/gm;
  for (const [, name] of code.matchAll(single)) declared.add(name);
  for (const [, pattern] of code.matchAll(/^(?:export )?(?:const|let) ([{[][\s\S]*?[}\]]+) =/gm)) {
    // `a`, `a = 1`, `a: b`, `...c`: the last name before a value is the one that is declared.
    for (const part of pattern.replace(/[{}[\]]/g, '').split(',')) {
      const name = /([\w$]+)\s*$/.exec(part.split('=')[0])?.[1];
      if (name !== undefined) declared.add(name);
    }
  }
  return declared;
}

/** Identifiers of a piece, but for names of properties and parameters; others that it declares in inner scopes are among them. */
function usedIn(code: string): Set<string> {
  const bare = code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/\/\/.*$/gm, '')
    .replace(/(?<!\.\.)\.\s*[\w$]+/g, '')
    .replace(/([{,]\s*)[\w$]+:/g, '$1');
  const parameters = [...bare.matchAll(/\(([\w$]+)(?:: |\) =>)|(?<!: )\b([\w$]+) =>/g)].map(
    ([, a, b]) => a ?? b,
  );
  const names = new Set(bare.match(/[A-Za-z_$][\w$]*/g));
  for (const name of parameters) names.delete(name);
  return names;
}

function filesIn(code: string): Set<string> {
  return new Set([...code.matchAll(/'([\w-]+\.[a-z]+)'/g)].map(([, name]) => name));
}
