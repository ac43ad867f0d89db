import type { Command } from 'commander';
import type { PlanEvent } from '../../machines/record.ts';
import { EXIT } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { readPlan } from '../planView.ts';
import type { PlanView } from '../planView.ts';
import { describePlan } from '../screens/describe.ts';
import { eventLine, statusLine } from '../screens/follow.ts';
import { existingPlan, planName } from './arguments.ts';
import { EVENTS_SHOWN } from './describe.ts';
import { endOf } from './outcome.ts';
import { interruptedText, POLL_MS, READ_FAILURES_MAX } from './poll.ts';

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .addHelpText(
      'after',
      '\nEnds with 0 when the plan has succeeded, 4 when it was rolled back, 5 when it is halted, 130 when interrupted;\nthe plan goes on by itself.',
    )
    .action((name: string, options: TableOptions) =>
      withConnection(cli, options, (connection) => watch(cli, connection, planName(name))),
    );
}

async function watch(cli: Cli, connection: Connection, name: string): Promise<void> {
  let view: PlanView | undefined = await existingPlan(connection, name, cli.clock().now());
  let events = await connection.reader.events(name);
  const follower = cli.isTerminal ? new Screen(cli) : new Lines(cli);
  const interrupted = cli.listenForInterrupt();
  let failures = 0;
  for (;;) {
    if (view === undefined) {
      cli.out(`plan/${name} deleted`);
      return;
    }
    follower.show(view, events);
    const end = endOf(view);
    if (end !== undefined) {
      cli.exitCode = end.exitCode;
      return;
    }
    await cli.sleep(POLL_MS, interrupted);
    if (interrupted.aborted) {
      cli.out(interruptedText(name));
      cli.exitCode = EXIT.interrupted;
      return;
    }
    try {
      view = await readPlan(connection.reader, name, cli.clock().now());
      events = await connection.reader.events(name);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === READ_FAILURES_MAX) throw error;
      cli.err(
        `Warning: the table could not be read, trying again: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** The whole screen, drawn over itself. */
class Screen {
  readonly #cli: Cli;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  show(view: PlanView, events: readonly PlanEvent[]): void {
    this.#cli.redraw(describePlan(view, events.slice(-EVENTS_SHOWN), events.length).join('\n'));
  }
}

/** A line for each event, and one for each change of the plan. */
class Lines {
  readonly #cli: Cli;
  #status = '';
  #shown = 0;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  show(view: PlanView, events: readonly PlanEvent[]): void {
    for (const event of events.slice(this.#shown)) this.#cli.out(eventLine(event));
    this.#shown = events.length;
    const status = statusLine(view);
    if (status !== this.#status) this.#cli.out(status);
    this.#status = status;
  }
}
