import type { Command } from 'commander';
import { isSettled } from '../../machines/classify.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { refusedChanges } from '../../plan/changes.ts';
import { isRecord } from '../../plan/json.ts';
import type { MigrationPlan } from '../../plan/model.ts';
import type { PlanStatus } from '../../machines/record.ts';
import type { SpecRecord } from '../../state/specItems.ts';
import type { Admission } from '../admission.ts';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { readPlanFile, type Refusal } from '../planFile.ts';
import { accountOfRole, outOfRegion, whereabouts } from '../whereabouts.ts';

interface ApplyOptions extends TableOptions {
  filename: string;
  skipAdmission?: boolean;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .requiredOption('-f, --filename <file>', 'the plan, YAML or JSON; - reads standard input')
    .option(
      '--skip-admission',
      'write a valid plan without looking at AWS and at other plans; the operator looks again',
    )
    .addHelpText(
      'after',
      `
A plan that is not valid is refused with file:line:column before anything is written. A plan that would start is then
held against AWS, read with your own credentials: its services, rules, calls and alarms, and the claims of other plans.
What cannot be read refuses it too. The operator makes the same checks before it changes anything.`,
    )
    .action((options: ApplyOptions) => apply(cli, options));
}

async function apply(cli: Cli, options: ApplyOptions): Promise<void> {
  const read = await readPlanFile(cli, options.filename);
  if (read === undefined) return;
  const { plan, manifest, file, refuse } = read;
  await withConnection(cli, options, async (connection) => {
    const status = (await connection.reader.readStatus(plan.name))?.status;
    const changes = status === undefined ? [] : changesRefused(status, plan);
    if (changes.length > 0) return refuse(changes);
    const submission = await prepare(connection, plan.name, manifest, status);
    if (options.skipAdmission !== true && isStart(status, submission)) {
      const { refusals, unchecked, notes } = await admission(cli, options, connection, plan);
      for (const note of notes) cli.out(`note: ${note}`);
      refuse(refusals);
      for (const what of unchecked) cli.err(`${file}: not checked: ${what}`);
      if (unchecked.length > 0) {
        cli.exitCode = EXIT.error;
        cli.err(
          'Nothing was written. Mend what could not be read, or leave these checks to the operator, which makes them again ' +
            'before it changes anything: meshlift apply --skip-admission',
        );
      }
      if (cli.exitCode !== EXIT.ok) return;
    }
    cli.out(`plan/${plan.name} ${await submit(connection, plan.name, submission)}`);
  });
}

/** The SDK's clients are loaded only here, so that a bad plan is answered at once. */
async function admission(
  cli: Cli,
  { endpointUrl }: ApplyOptions,
  { reader, region }: Connection,
  plan: MigrationPlan,
): Promise<Admission> {
  const [{ checkAdmission, checkElsewhere, NOTHING }, { withWorld }] = await Promise.all([
    import('../admission.ts'),
    import('../admissionWorld.ts'),
  ]);
  const { spec } = plan;
  const own = await region();
  const refusals = outOfRegion(spec, own);
  if (refusals.length > 0) return { ...NOTHING, refusals };
  const options = { region: spec.access?.region ?? own, endpointUrl, clock: cli.clock() };
  return withWorld(options, async (world, account) => {
    const where = await whereabouts(accountOfRole(spec), account);
    switch (where.kind) {
      case 'here':
        return checkAdmission(plan, world, reader);
      case 'elsewhere':
        return checkElsewhere(plan, where.account, reader);
      case 'unknown':
        return { ...NOTHING, unchecked: [where.why] };
    }
  });
}

/** What is to be written, and over what. */
interface Submission {
  before: SpecRecord | undefined;
  wanted: Record<string, unknown>;
  isUnchanged: boolean;
  /** What was asked of an attempt that is over must not be heard again by the next. */
  clearRequests: boolean;
  note: string;
}

async function prepare(
  { writer, where }: Connection,
  name: string,
  manifest: Record<string, unknown>,
  status: PlanStatus | undefined,
): Promise<Submission> {
  const before = await writer.read(name);
  if (before?.requests.delete !== undefined) {
    throw new UsageError(
      `plan "${name}" in ${where} is being deleted; nothing was written. Wait for it with: meshlift wait ${name} --for=delete`,
    );
  }
  const wanted = before === undefined ? manifest : keepPaused(manifest, before.manifest);
  return {
    before,
    wanted,
    isUnchanged: before !== undefined && canonicalJson(wanted) === canonicalJson(before.manifest),
    clearRequests: status !== undefined && isSettled(status.machine.value),
    note: wanted === manifest ? '' : ` (still paused; go on with: meshlift resume ${name})`,
  };
}

/** Creates or replaces the record, and says which. */
async function submit(
  { writer }: Connection,
  name: string,
  { before, wanted, isUnchanged, clearRequests, note }: Submission,
): Promise<string> {
  if (isUnchanged) return `unchanged${note}`;
  await writer.put(name, wanted, before, clearRequests);
  return before === undefined ? 'created' : `configured${note}`;
}

/** Whether the plan has made nothing yet, or begins anew; a change of one that runs is held against what it runs on. */
function isStart(status: PlanStatus | undefined, { isUnchanged }: Submission): boolean {
  if (status === undefined || status.machine.value.startsWith('inventory.')) return true;
  return status.machine.value === 'rolledBack' && !isUnchanged;
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
function changesRefused(status: PlanStatus, plan: MigrationPlan): Refusal[] {
  const { machine, spec } = status;
  if (spec === null || machine.value.startsWith('inventory') || machine.value === 'rolledBack') return [];
  if (machine.value === 'succeeded') {
    return canonicalJson(spec) === canonicalJson(plan.spec)
      ? []
      : [{ place: 'spec', message: 'cannot change: the plan has succeeded; give the new one another name' }];
  }
  return refusedChanges(spec, plan.spec, machine.context.step);
}
