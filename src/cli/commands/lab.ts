import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { estates } from '../../../lab/estates/index.ts';
import { FAULTS } from '../../../lab/faults.ts';
import { LAB_ACCOUNT } from '../../../lab/lab.ts';
import type { Cli } from '../cli.ts';
import { runLab } from '../lab.ts';
import { portArgument, wholeNumber } from './arguments.ts';

interface LabOptions {
  estate?: keyof typeof estates;
  faults?: (keyof typeof FAULTS)[];
  json?: boolean;
  speed: number;
  port?: number;
  seed: number;
  record?: string;
  secondAccount?: string;
}

export function register(command: Command, cli: Cli): void {
  const faults = Object.entries(FAULTS).map(([name, what]) => `  ${name.padEnd(14)} ${what}`);
  command
    .addOption(new Option('--estate <name>', 'make a sample estate').choices(Object.keys(estates)))
    .addOption(
      new Option('--faults <fault...>', 'switch faults on, once the estate is steady').choices(Object.keys(FAULTS)),
    )
    .option('--port <port>', 'the endpoint’s port on 127.0.0.1 (default: a free one)', portArgument)
    .option('--speed <factor>', 'lab time over real time', (text) => wholeNumber(text, 1, 30), 30)
    .option('--seed <number>', 'of everything that is random in the lab', (text) => wholeNumber(text, 0, 2 ** 31), 1)
    .option(
      '--second-account <id>',
      'another account at the same endpoint, with an estate like the first',
      accountArgument,
    )
    .option('--record <file>', 'write every request that comes to the endpoint, and its answer, as JSON lines')
    .option('--json', 'JSON lines: one when everything is steady, one for each listener of a load balancer')
    .addHelpText('after', `\nFaults:\n${faults.join('\n')}`)
    .action(async ({ estate, faults: switched, json, speed, port, seed, record, secondAccount }: LabOptions) => {
      cli.exitCode = await runLab({
        faults: switched ?? [],
        json: json === true,
        speed,
        seed,
        ...(estate === undefined ? {} : { estate }),
        ...(port === undefined ? {} : { port }),
        ...(record === undefined ? {} : { record }),
        ...(secondAccount === undefined ? {} : { secondAccount }),
      });
    });
}

/** For commander. */
function accountArgument(text: string): string {
  if (!/^\d{12}$/.test(text) || text === LAB_ACCOUNT.id) {
    throw new InvalidArgumentError(`It must be twelve digits, and not ${LAB_ACCOUNT.id}, which is the first.`);
  }
  return text;
}
