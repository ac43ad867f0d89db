import { Argument, InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { PortName } from '../../assess/taskDefinitionFilter.ts';
import { UsageError, type Cli } from '../cli.ts';
import { fileName, readText } from '../planFile.ts';
import { oneLine } from '../screens/words.ts';

interface TransformOptions {
  filename: string;
  family?: string;
  port: PortName[];
}

const PORT = /^([a-z0-9_-]{1,64})=(\d{1,5})(?:\/(http|http2|grpc|tcp))?$/;

export function register(command: Command, cli: Cli): void {
  command
    .addArgument(new Argument('<kind>', 'what is read').choices(['task-definition']))
    .option('-f, --filename <file>', 'a task definition, JSON or YAML; - reads standard input', '-')
    .option('--family <name>', "green's family (default: the one that is read, with -sc)")
    .option(
      '--port <name=port[/protocol]>',
      'name of a port that others call; http, http2, grpc or tcp; repeatable',
      portArgument,
      [],
    )
    .addHelpText(
      'after',
      `
Reads what RegisterTaskDefinition takes or what DescribeTaskDefinition answers, and writes green's RegisterTaskDefinition
input as JSON: without Envoy, as the operator makes it. What was changed and what is lost goes to standard error. Only
the mesh tells which ports are called and by which names; --port says it here, and the plan's operator needs no telling.

  aws ecs describe-task-definition --task-definition frontend --include TAGS |
    meshlift transform task-definition --port http=8080/http > green.json
  aws ecs register-task-definition --cli-input-json file://green.json`,
    )
    .action((_kind: string, options: TransformOptions) => transform(cli, options));
}

function portArgument(text: string, before: PortName[]): PortName[] {
  const [, name, port, protocol] = PORT.exec(text) ?? [];
  const containerPort = Number(port);
  if (name === undefined || containerPort < 1 || containerPort > 65_535) {
    throw new InvalidArgumentError('It must be NAME=PORT or NAME=PORT/PROTOCOL, e.g. web=8080/http.');
  }
  if (before.some((one) => one.name === name || one.containerPort === containerPort)) {
    throw new InvalidArgumentError('The name or the port was given already.');
  }
  return [...before, { name, containerPort, protocol: protocol as PortName['protocol'] }];
}

async function transform(cli: Cli, { filename, family, port }: TransformOptions): Promise<void> {
  const text = await readText(cli, filename);
  const { filterTaskDefinition, readTaskDefinition } = await import('../../assess/taskDefinitionFilter.ts');
  const written = readTaskDefinition(fileName(filename), text);
  const green = family ?? `${written.taskDefinition.family ?? ''}-sc`;
  if (green === written.taskDefinition.family) {
    throw new UsageError(
      `--family ${green} is blue's own: green needs another, or blue's next deployment would be green's`,
    );
  }
  const { input, changes, unknown, findings } = filterTaskDefinition(written, green, port);
  for (const change of changes) cli.err(oneLine(change));
  for (const { code, severity, message, instead } of findings) {
    cli.err(oneLine(`${code} (${severity}): ${message}${instead === '-' ? '' : ` Instead: ${instead}.`}`));
  }
  for (const what of unknown) cli.err(oneLine(`not known here: ${what}`));
  cli.out(JSON.stringify(input, undefined, 2));
}
