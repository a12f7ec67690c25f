import type { Command, Option } from 'commander';
import { OptionError } from '../index.js';

/** Kubernetes tells pods of a Service named `spillway` its address as SPILLWAY_PORT, which nobody wrote. */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

/**
 * Lets variables of the environment stand for a command's options, each by one rule: SPILLWAY_STATE_DIR for
 * `--state-dir`. An option on the command line counts before its variable. One without a value takes true or false.
 *
 * @param command with all its options
 */
export function readEnvironment(command: Command): Command {
  for (const option of command.options) {
    const name = `SPILLWAY_${option.name().toUpperCase().replaceAll('-', '_')}`;
    if (!SERVICE_LINK.test(process.env[name] ?? '')) option.env(name);
  }
  return command.hook('preAction', () => {
    for (const option of command.options) if (isFromVariable(command, option)) readVariable(command, option);
  });
}

/** An error of an option whose value a variable gave: it names the variable. */
export function namingVariable(command: Command, error: unknown): unknown {
  if (!(error instanceof OptionError)) return error;
  const name = error.option.replace(/^(?:--|limits\.)/, '').replace(/[[.].*$/s, '');
  const option = command.options.find(
    (each) =>
      isFromVariable(command, each) && [each.attributeName(), `${each.attributeName()}s`].includes(name),
  );
  if (option?.envVar === undefined) return error;
  return new OptionError(option.envVar, error.message.slice(error.message.indexOf(': ') + 2));
}

function isFromVariable(command: Command, option: Option): boolean {
  return command.getOptionValueSource(option.attributeName()) === 'env';
}

/** Commander takes any text, also an empty one, as a value, and as true. */
function readVariable(command: Command, option: Option): void {
  const { envVar = '' } = option;
  const text = process.env[envVar] ?? '';
  if (text === '') command.error(`error: ${envVar} is empty: give it a value, or unset it`);
  if (option.required || option.optional || text === 'true' || text === '1') return;
  if (text !== 'false' && text !== '0') {
    command.error(`error: ${envVar} is '${text}': expected true or false`);
  }
  command.setOptionValueWithSource(option.attributeName(), undefined, 'default');
}
