import type { Command } from 'commander';
import { inspect } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';

export function addInspect(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'inspect <file>',
    'what a cascade’s file promises and does',
    'Prints the certificate, the plan and the costs that FILE holds. Needs no features and no model, and runs nothing.',
    async (_: Common, file: string) => {
      const found = await inspect(file);
      const { certificate, plan, made, features, full, objective, frontier, hasEvidence } = found;
      const reads = features.map(
        ({ name, kind, version, fidelities = [] }) =>
          `${name} (${[kind + (version === null ? '' : ` ${version}`), ...fidelities.map((at) => `@${at}`)].join(', ')})`,
      );
      return {
        json: { file, certificate, plan, made, features, full, objective, frontier, hasEvidence },
        text: `${found.summary({ colour: io.colour, ...(io.width && { width: io.width }) })}\n\nTo load it: the features ${reads.join(', ')}${
          full.learner === undefined
            ? `, and the full model ${[full.name, full.fingerprint].filter(Boolean).join(', ')}`
            : ''
        }.`,
      };
    },
  ).addHelpText(
    'after',
    `
The verdict is that of when the file was saved. Loading it with features or a full model that have changed since makes it void.`,
  );
}
