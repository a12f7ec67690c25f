import type { Command } from 'commander';
import { inspect } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';
import { writeText } from './files.js';

export function addReport(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'report <file>',
    'a cascade’s file as a page with pictures',
    'Writes what FILE holds as one HTML page that needs no network. Where it was saved with evidence, a ' +
      'slider shows what other epsilons would serve.',
    async ({ out, title }: Common & { out?: string; title?: string }, file: string) => {
      const page = await (await inspect(file)).report({ title: title ?? file });
      const to = out ?? file.replace(/(\.cascade)?$/, '.html');
      await writeText('--out', to, page);
      return { json: { report: to, bytes: Buffer.byteLength(page) }, text: to };
    },
  )
    .option('-o, --out <file>', 'file of the page; by default FILE with the ending .html')
    .option('-t, --title <text>', 'its title; by default FILE')
    .addHelpText('after', '\nNeeds @observablehq/plot and linkedom: npm install @observablehq/plot linkedom');
}
