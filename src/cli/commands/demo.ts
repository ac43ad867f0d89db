import { Option } from 'commander';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { DEMO_FAULTS, runDemo } from '../demo.ts';
import type { DemoFault } from '../demo.ts';
import { wholeNumber } from './arguments.ts';

interface DemoOptions {
  fault?: DemoFault;
  json?: boolean;
  rate: number;
  keep?: boolean;
  speed: number;
  record?: string;
}

export function register(command: Command, cli: Cli): void {
  command
    .addOption(new Option('--fault <fault>', 'something that goes wrong on the way').choices(DEMO_FAULTS))
    .option('--rate <requests>', 'requests per second', (text) => wholeNumber(text, 1, 5_000), 200)
    .option('--speed <factor>', 'lab time over real time', (text) => wholeNumber(text, 1, 30), 30)
    .option('--keep', 'leave the lab up until Ctrl-C')
    .option('--record <file>', 'write every request to AWS, and its answer, as JSON lines')
    .option('--json', 'plain lines, and one JSON object as the last')
    .action(async ({ fault, json, rate, keep, speed, record }: DemoOptions) => {
      cli.exitCode = await runDemo({
        json: json === true,
        rate,
        keep: keep === true,
        speed,
        ...(fault === undefined ? {} : { fault }),
        ...(record === undefined ? {} : { record }),
      });
    });
}
