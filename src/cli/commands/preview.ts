import { Option } from 'commander';
import type { Command } from 'commander';
import { assess } from '../../assess/assess.ts';
import { retainedInWords } from '../../assess/retained.ts';
import { sharedGreenOf, sharedInWords } from '../../assess/shared/shared.ts';
import { buildStack } from '../../assess/stack.ts';
import type { EstateExport } from '../../estate/export.ts';
import { readEstate } from '../../estate/fromExport.ts';
import { knownNames, reducedExport } from '../../estate/secrets/reduced.ts';
import type { PlanStatus } from '../../machines/record.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { readPlanFile, type PlanFile } from '../planFile.ts';
import { previewScreen } from '../screens/preview.ts';
import { accountOfPlan, outOfRegion, whereabouts } from '../whereabouts.ts';
import { newSalt, saltedHash } from '../sources/options.ts';

interface PreviewOptions extends TableOptions {
  filename: string;
  detailedExitcode?: boolean;
  includeEnvironment?: boolean;
  output?: 'json';
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .requiredOption('-f, --filename <file>', 'the plan, YAML or JSON; - reads standard input')
    .option('--detailed-exitcode', 'end with 2 where calls are pending, with 0 where none is')
    .option('--include-environment', 'show the values of environment variables, which may hold secrets')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['json']))
    .addHelpText(
      'after',
      `
Shows every call that the plan will make and that changes something, in order. Nothing is written. What AWS names itself
(ids, revisions) and what is made of the plan's uid (tokens, tags) is known at run time only and stands in <brackets>.`,
    )
    .action((options: PreviewOptions) => preview(cli, options));
}

async function preview(cli: Cli, options: PreviewOptions): Promise<void> {
  const read = await readPlanFile(cli, options.filename);
  if (read === undefined) return;
  await withConnection(cli, options, async (connection) => {
    const attempt = attemptOf(read.plan.name, await statusOf(connection, read.plan.name));
    if (attempt === undefined) return cli.out(`No changes: plan/${read.plan.name} has succeeded.`);
    const region = await connection.region();
    const refusals = outOfRegion(read.plan.spec, region);
    if (refusals.length > 0) return read.refuse(refusals);
    await show(cli, options, read, await inventory(cli, options, region, read), attempt);
  });
}

/** Before there is a table there is no plan in it. */
async function statusOf({ reader }: Connection, name: string): Promise<PlanStatus | undefined> {
  try {
    return (await reader.readStatus(name))?.status;
  } catch (error) {
    if (error instanceof Error && error.name === 'TableMissingError') return undefined;
    throw error;
  }
}

/** Green's names are numbered by it. `undefined` for a plan that is over; one on its way has no list of calls any more. */
function attemptOf(name: string, status: PlanStatus | undefined): number | undefined {
  if (status === undefined) return 1;
  const { value } = status.machine;
  if (value === 'succeeded') return undefined;
  if (value === 'rolledBack') return status.attempt + 1;
  if (value.startsWith('inventory.')) return status.attempt;
  throw new UsageError(
    `plan "${name}" is on its way (${value}), and what is left depends on what happens. Look at it with: meshlift describe plan ${name}`,
  );
}

/** With the person's own credentials: in another account they would find nothing, or another application of that name. */
async function inventory(
  cli: Cli,
  { endpointUrl }: PreviewOptions,
  own: string,
  { plan }: PlanFile,
): Promise<EstateExport> {
  const { withWorld } = await import('../admissionWorld.ts');
  const { spec } = plan;
  const region = spec.access?.region ?? own;
  return withWorld({ region, endpointUrl, clock: cli.clock() }, async (world, account) => {
    const where = await whereabouts(accountOfPlan(spec), account);
    if (where.kind === 'elsewhere') {
      throw new UsageError(
        `the application of plan "${plan.name}" is in the account ${where.account} (${region}), and your credentials are of the account ${where.own}; nothing was looked at. Preview it with credentials of ${where.account}: where there is no table it is taken for a plan that begins`,
      );
    }
    if (where.kind === 'unknown') throw new UsageError(`not known is ${where.why}; nothing was looked at`);
    return world.inventory(plan);
  });
}

async function show(
  cli: Cli,
  options: PreviewOptions,
  { plan, refuse }: PlanFile,
  exported: EstateExport,
  attempt: number,
): Promise<void> {
  const { spec, name } = plan;
  const { cluster, mesh } = spec.source;
  const assessment = assess(plan, readEstate(exported, cluster, mesh));
  refuse(assessment.refusals);
  if (assessment.refusals.length > 0) return;
  const salt = newSalt();
  const shown =
    options.includeEnvironment === true
      ? exported
      : reducedExport(exported, knownNames([exported]), (text) => saltedHash(salt, text));
  const estate = readEstate(shown, cluster, mesh);
  const stack = buildStack(plan, estate, assessment, attempt);
  const { preview: previewOf } = await import('../../aws/preview/preview.ts');
  const found = await previewOf(name, spec, estate, stack);
  const { meshSkipped, retained } = stack.retire;
  const shared = sharedGreenOf(stack);
  const notes = [
    ...elsewhereInWords(spec),
    ...(shared.length === 0 ? [] : [`Green that is shared, and not changed: ${sharedInWords(shared)}`]),
    ...(retained.length === 0 ? [] : [`Blue stays of what others still call: ${retainedInWords(retained)}`]),
    ...(meshSkipped === undefined ? [] : [`App Mesh is left alone: ${meshSkipped}`]),
  ];
  if (options.output === 'json') cli.out(JSON.stringify({ plan: name, attempt, ...found, notes }, undefined, 2));
  else for (const line of previewScreen(found, notes)) cli.out(line);
  if (options.detailedExitcode === true && found.steps.length > 0) cli.exitCode = EXIT.pending;
}

/** The operator comes another way than the person has. */
function elsewhereInWords({ access }: PlanSpec): string[] {
  if (access === null) return [];
  const { roleArn, region } = access;
  const place = region === null ? '' : ` in ${region}`;
  const way = roleArn === null ? '' : `; the operator makes these calls as ${roleArn}`;
  return [`The application was read with your own credentials${place}${way}.`];
}
