import type { Command } from 'commander';
import { planJsonSchema } from '../../plan/jsonSchema.ts';
import type { Cli } from '../cli.ts';

export function register(command: Command, cli: Cli): void {
  command
    .addHelpText(
      'after',
      `
An editor that knows YAML by schema checks a plan as it is written, and shows what each key means:

  meshlift schema > meshlift.schema.json
  # the first line of plan.yaml:
  # yaml-language-server: $schema=meshlift.schema.json`,
    )
    .action(() => cli.out(JSON.stringify(planJsonSchema(), undefined, 2)));
}
