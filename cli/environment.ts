import { type Command, InvalidArgumentError, type Option } from 'commander';
import { OptionError } from '../index.js';
import { show } from '../lib/check.js';

/** Kubernetes tells pods of a Service named `spillway` its address as SPILLWAY_PORT, which nobody wrote. */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

/**
 * Lets variables of the environment stand for a command's options, each by one rule: SPILLWAY_STATE_DIR for
 * `--state-dir`. An option on the command line counts before its variable. One without a value takes true or false.
 *
 * @param command with all its options
 */
export function readEnvironment(command: Command): void {
  for (const option of command.options) {
    const name = `SPILLWAY_${option.name().toUpperCase().replaceAll('-', '_')}`;
    if (SERVICE_LINK.test(process.env[name] ?? '')) continue;
    option.env(name);
    // Commander itself listens for options that had a variable when they were added, and takes any text as true.
    command.on(`optionEnv:${option.name()}`, () => {
      const value = read(command, option, name, process.env[name] ?? '');
      command.setOptionValueWithSource(option.attributeName(), value, 'env');
    });
  }
}

/**
 * An error of an option as it was given: on the command line, or by a variable. What is wrong within a file, such as
 * `keys[0].key`, keeps its name.
 */
export function namingOption(command: Command, error: unknown): unknown {
  if (!(error instanceof OptionError)) return error;
  const path = error.option.replace(/^(?:--|limits\.)/, '');
  if (path.includes('.') || path.startsWith('keys[')) return error;
  const name = path.replace(/\[.*$/s, '');
  const option = command.options.find((each) =>
    [each.attributeName(), `${each.attributeName()}s`].includes(name),
  );
  if (option === undefined) return error;
  const { envVar } = option;
  const said = error.message.slice(error.message.indexOf(': ') + 2);
  return command.getOptionValueSource(option.attributeName()) === 'env' && envVar !== undefined
    ? new OptionError(envVar, withoutValue(said, process.env[envVar] ?? ''))
    : new OptionError(`--${option.name()}`, said);
}

/** What is in a variable may be a secret that belongs to another one: it isn't shown, nor are parts of a list. */
function withoutValue(message: string, value: string): string {
  const parts = [value, ...value.split(',').map((part) => part.trim())];
  return parts
    .flatMap((part) => [`'${part}'`, show(part)])
    .reduce((text, quoted) => text.replaceAll(quoted, 'its value'), message);
}

function read(command: Command, option: Option, name: string, text: string): unknown {
  // Never what it is: a secret may stand in the wrong variable.
  const wrong = (expected: string) => command.error(`error: the variable ${name} can't be used. ${expected}`);
  if (text === '') return wrong('It is empty: give it a value, or unset it.');
  if (!option.required && !option.optional) {
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? undefined : wrong('Expected true or false.');
  }
  try {
    return option.parseArg === undefined ? text : option.parseArg<unknown>(text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return wrong(error.message);
    throw error;
  }
}
