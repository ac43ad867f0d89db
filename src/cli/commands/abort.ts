import type { Command } from 'commander';
import { isBackward, isReversible, isSettled } from '../../machines/classify.ts';
import { asksForAttempt } from '../../reconciler/acceptance.ts';
import { RecordVersionError } from '../../reconciler/ports.ts';
import { UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { existingPlan, planName } from './arguments.ts';

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .option('--reason <text>', 'why; kept on the record', '')
    .action((text: string, options: TableOptions & { reason: string }) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const now = cli.clock().now();
        const view = await existingPlan(connection, name, now).catch(ofOtherVersion);
        const record = view?.status?.status;
        // One that is to begin anew once an operator comes to it is to hear of the abort then.
        const isToBegin = record !== undefined && view?.spec !== undefined && asksForAttempt(record, view.spec);
        const machine = isToBegin ? undefined : record?.machine;
        if (machine !== undefined && isSettled(machine.value)) {
          const word = machine.value === 'succeeded' ? 'has succeeded' : 'was rolled back already';
          throw new UsageError(`plan "${name}" ${word}: there is nothing to abort. Nothing was written`);
        }
        if (machine !== undefined && isBackward(machine.value)) {
          cli.out(
            `plan/${name} is on its way back already: ${machine.context.backwardBecause?.message ?? machine.value}`,
          );
          return;
        }
        if (machine !== undefined && !isReversible(machine.value)) {
          throw new UsageError(
            `plan "${name}" is past the point of no return (${machine.value}): blue is being taken away, and the plan goes on. Nothing was written`,
          );
        }
        const outcome = await connection.writer.requestAbort(name, { by: cli.user(), at: now, why: options.reason });
        if (view === undefined) cli.err(OTHER_VERSION);
        cli.out(`plan/${name} ${outcome === 'changed' ? 'abort requested' : 'abort already requested'}`);
      }),
    );
}

const OTHER_VERSION =
  'The record of the plan is of another version of Meshlift: whether it is too late for an abort, its operator says. Look with a command line of that version.';

/** An abort is asked for whether or not this version can read how far the plan is. */
function ofOtherVersion(error: unknown): undefined {
  if (!(error instanceof RecordVersionError)) throw error;
  return undefined;
}
