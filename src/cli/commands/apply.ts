import type { Command } from 'commander';
import { isSettled } from '../../machines/classify.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { refusedChanges } from '../../plan/changes.ts';
import { isRecord } from '../../plan/json.ts';
import type { MigrationPlan } from '../../plan/model.ts';
import { parsePlan } from '../../plan/parse.ts';
import type { PlanStatus } from '../../machines/record.ts';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .requiredOption('-f, --filename <file>', 'the plan, YAML or JSON; - reads standard input')
    .addHelpText('after', '\nA plan that is not valid is refused with file:line:column before anything is written.')
    .action((options: TableOptions & { filename: string }) => apply(cli, options));
}

async function apply(cli: Cli, options: TableOptions & { filename: string }): Promise<void> {
  const file = options.filename === '-' ? '<stdin>' : options.filename;
  const text = options.filename === '-' ? await cli.readStdin() : await readFile(cli, options.filename);
  const read = parsePlan(text);
  const refuse = (errors: readonly { place: string; message: string; line: number; column: number }[]) => {
    for (const { place, message, line, column } of errors) cli.err(`${file}:${line}:${column}: ${place}: ${message}`);
    cli.exitCode = EXIT.error;
  };
  if ('errors' in read) return refuse(read.errors);
  await withConnection(cli, options, async (connection) => {
    const { plan, manifest } = read;
    const record = await connection.reader.readStatus(plan.name);
    const refusals = record === undefined ? [] : changesRefused(record.status, plan);
    if (refusals.length > 0) return refuse(refusals.map((one) => ({ ...one, ...read.positionOf(one.place) })));
    cli.out(`plan/${plan.name} ${await submit(connection, plan.name, manifest, record?.status)}`);
  });
}

async function readFile(cli: Cli, path: string): Promise<string> {
  try {
    return await cli.readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Creates or replaces the record, and says which. */
async function submit(
  { writer, where }: Connection,
  name: string,
  manifest: Record<string, unknown>,
  status: PlanStatus | undefined,
): Promise<string> {
  const before = await writer.read(name);
  if (before === undefined) {
    await writer.put(name, manifest, undefined);
    return 'created';
  }
  if (before.requests.delete !== undefined) {
    throw new UsageError(
      `plan "${name}" in ${where} is being deleted; nothing was written. Wait for it with: meshlift wait ${name} --for=delete`,
    );
  }
  const wanted = keepPaused(manifest, before.manifest);
  const note = wanted === manifest ? '' : ` (still paused; go on with: meshlift resume ${name})`;
  if (canonicalJson(wanted) === canonicalJson(before.manifest)) return `unchanged${note}`;
  // What was asked of an attempt that is over must not be heard again by the next.
  const isOver = status !== undefined && isSettled(status.machine.value);
  await writer.put(name, wanted, before, isOver);
  return `configured${note}`;
}

/** A file that says nothing of `paused` does not resume a plan that a person has paused. */
function keepPaused(manifest: Record<string, unknown>, before: unknown): Record<string, unknown> {
  const { spec } = manifest;
  const specBefore = isRecord(before) ? before['spec'] : undefined;
  const isPaused = isRecord(specBefore) && specBefore['paused'] === true;
  return isPaused && isRecord(spec) && !('paused' in spec)
    ? { ...manifest, spec: { ...spec, paused: true } }
    : manifest;
}

/** The operator refuses these too; here nothing is written, and the file's own lines are named. */
function changesRefused(status: PlanStatus, plan: MigrationPlan): { place: string; message: string }[] {
  const { machine, spec } = status;
  if (spec === null || machine.value.startsWith('inventory') || machine.value === 'rolledBack') return [];
  if (machine.value === 'succeeded') {
    return canonicalJson(spec) === canonicalJson(plan.spec)
      ? []
      : [{ place: 'spec', message: 'cannot change: the plan has succeeded; give the new one another name' }];
  }
  return refusedChanges(spec, plan.spec, machine.context.step);
}
