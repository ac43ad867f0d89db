import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { failureOf } from './errors.ts';
import { VERSION } from './version.ts';
import { visibly } from './visible.ts';

/** A verb: its own file, loaded when it is called for. */
interface Verb {
  name: string;
  summary: string;
  load: () => Promise<{ register: (command: Command, cli: Cli) => void }>;
}

const VERBS: readonly Verb[] = [
  {
    name: 'assess',
    summary: 'what moving an estate would mean, before there is a plan',
    load: () => import('./commands/assess.ts'),
  },
  {
    name: 'export',
    summary: 'write an estate into a file, while it can be read',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'init',
    summary: 'write a plan for the services where traffic comes in',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'preview',
    summary: 'every call that a plan will make, without making any',
    load: () => import('./commands/preview.ts'),
  },
  { name: 'apply', summary: 'submit a plan, or a change of one', load: () => import('./commands/apply.ts') },
  { name: 'get', summary: 'list plans, the events of one, or operators', load: () => import('./commands/get.ts') },
  { name: 'describe', summary: 'everything that is known of a plan', load: () => import('./commands/describe.ts') },
  {
    name: 'explain',
    summary: 'what a plan waits for, since when, and what you may do',
    load: () => import('./commands/explain.ts'),
  },
  { name: 'watch', summary: 'follow a plan to its end', load: () => import('./commands/watch.ts') },
  { name: 'wait', summary: 'wait for a condition of a plan', load: () => import('./commands/wait.ts') },
  { name: 'pause', summary: 'hold forward steps; never a rollback', load: () => import('./commands/pause.ts') },
  { name: 'resume', summary: 'go on after a pause', load: () => import('./commands/resume.ts') },
  { name: 'promote', summary: 'end a bake or the soak now', load: () => import('./commands/promote.ts') },
  { name: 'abort', summary: 'take the migration back', load: () => import('./commands/abort.ts') },
  { name: 'retry', summary: 'a new attempt after a rollback', load: () => import('./commands/retry.ts') },
  { name: 'approve', summary: 'give an approval that a plan waits for', load: () => import('./commands/approve.ts') },
  {
    name: 'handover',
    summary: 'what infrastructure-as-code has to be told before blue goes',
    load: () => import('./commands/handover.ts'),
  },
  { name: 'delete', summary: 'take a plan back and remove it', load: () => import('./commands/delete.ts') },
  {
    name: 'check',
    summary: 'an exit code for pipelines: may a service be deployed to',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'transform',
    summary: 'rewrite a task definition for Service Connect',
    load: () => import('./commands/transform.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of a plan, for editors',
    load: () => import('./commands/schema.ts'),
  },
  { name: 'operator', summary: 'run the operator', load: () => import('./commands/operator.ts') },
  { name: 'lab', summary: 'run an AWS on loopback with a sample application', load: () => import('./commands/lab.ts') },
  { name: 'demo', summary: 'see a whole migration under load, here', load: () => import('./commands/demo.ts') },
];

/** Names and texts of foreign files stand in messages. Line breaks stay. */
const CONTROL = /[^\P{Cc}\n]+/gu;

/** Runs one command line, e.g. `['get', 'plans']`. Answers the exit code; throws nothing. */
export async function runCli(argv: readonly string[], world: Cli): Promise<number> {
  const cli = visibly(world);
  try {
    const program = await programFor(argv, cli);
    await program.parseAsync([...argv], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    if (message !== undefined) cli.err(`Error: ${message.replaceAll(CONTROL, ' ')}`);
    return exitCode;
  }
}

/** Every verb is known by name and summary; those that the command line names are loaded, with their options. */
async function programFor(argv: readonly string[], cli: Cli): Promise<Command> {
  const program = configured(new Command('meshlift'), cli)
    .description(
      'Moves a running Amazon ECS application off AWS App Mesh and onto ECS Service Connect, under live traffic,\nand back by itself when an alarm says so.',
    )
    .version(VERSION);
  for (const verb of VERBS) {
    const command = configured(program.command(verb.name), cli).description(verb.summary);
    if (argv.includes(verb.name)) (await verb.load()).register(command, cli);
  }
  return program;
}

/** Help goes to standard output, errors to standard error, and nothing ends the process behind our back. */
const configured = (command: Command, cli: Cli): Command =>
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => cli.out(text.trimEnd()),
      writeErr: (text) => cli.err(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'Error: ')),
    });
