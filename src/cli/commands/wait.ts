import type { Command } from 'commander';
import type { ConditionType } from '../../machines/record.ts';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { readPlan } from '../planView.ts';
import type { PlanView } from '../planView.ts';
import { condition } from '../screens/words.ts';
import { durationArgument, existingPlan, planName } from './arguments.ts';
import { endOf } from './outcome.ts';
import { interruptedText, POLL_MS, READ_FAILURES_MAX } from './poll.ts';

const CONDITIONS: Readonly<Record<ConditionType, true>> = {
  Ready: true,
  GreenHealthy: true,
  BlueHealthy: true,
  WeightsVerified: true,
  AlarmsOK: true,
  Drifted: true,
  SourceChanged: true,
  Waived: true,
  Paused: true,
  RolledBack: true,
  Succeeded: true,
};

/** What is waited for. */
type Goal = { kind: 'delete' } | { kind: 'condition'; type: ConditionType; status: string };

interface WaitOptions extends TableOptions {
  for: string;
  timeout?: number;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .requiredOption('--for <what>', 'condition=Succeeded, condition=Ready=False, or delete')
    .option(
      '--timeout <duration>',
      'how long at most, real time, e.g. 10m; as long as it takes by default',
      durationArgument,
    )
    .addHelpText(
      'after',
      '\nEnds with 0 when it is so, 4 when the plan was rolled back instead, 5 when it is halted, 124 on time-out, 130 when interrupted.',
    )
    .action((name: string, options: WaitOptions) =>
      withConnection(cli, options, (connection) =>
        waitFor(cli, connection, planName(name), goalOf(options.for), options.timeout),
      ),
    );
}

/** `condition=Succeeded` waits for True. */
export function goalOf(text: string): Goal {
  if (text === 'delete') return { kind: 'delete' };
  const [, type, status = 'True'] = /^condition=([A-Za-z]+)(?:=([A-Za-z]+))?$/.exec(text) ?? [];
  const found = Object.keys(CONDITIONS).find((name): name is ConditionType => name === type);
  const wanted = ['True', 'False', 'Unknown'].find((word) => word.toLowerCase() === status.toLowerCase());
  if (found === undefined || wanted === undefined) {
    throw new UsageError(
      `--for=${text} is not known: use delete, or condition=<type>[=True|False|Unknown] with one of ${Object.keys(CONDITIONS).join(', ')}`,
    );
  }
  return { kind: 'condition', type: found, status: wanted };
}

export async function waitFor(
  cli: Cli,
  connection: Connection,
  name: string,
  goal: Goal,
  timeoutMs?: number,
): Promise<void> {
  const startedMs = cli.monotonicMs();
  const isOver = () => timeoutMs !== undefined && cli.monotonicMs() - startedMs >= timeoutMs;
  let view: PlanView | undefined =
    goal.kind === 'delete'
      ? await readPlan(connection.reader, name, cli.clock().now())
      : await existingPlan(connection, name, cli.clock().now());
  const interrupted = cli.listenForInterrupt();
  let failures = 0;
  for (;;) {
    const answer = answerOf(name, goal, view);
    if (answer !== undefined) {
      (answer.exitCode === EXIT.ok ? cli.out : cli.err)(answer.text);
      cli.exitCode = answer.exitCode;
      return;
    }
    if (isOver()) {
      cli.err(`Error: timed out waiting for ${textOf(goal)} of plan/${name}; the plan goes on`);
      cli.exitCode = EXIT.timeout;
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
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === READ_FAILURES_MAX) throw error;
    }
  }
}

const textOf = (goal: Goal): string =>
  goal.kind === 'delete' ? 'the deletion' : `condition ${goal.type}=${goal.status}`;

/** `undefined`: wait on. */
function answerOf(
  name: string,
  goal: Goal,
  view: PlanView | undefined,
): { exitCode: number; text: string } | undefined {
  if (view === undefined) {
    return goal.kind === 'delete'
      ? { exitCode: EXIT.ok, text: `plan/${name} deleted` }
      : { exitCode: EXIT.error, text: `Error: plan/${name} was deleted while waiting for ${textOf(goal)}` };
  }
  if (goal.kind === 'delete') return undefined;
  const status = condition(view.status?.status.conditions, goal.type)?.status;
  if (status === goal.status)
    return { exitCode: EXIT.ok, text: `plan/${name} condition met: ${goal.type}=${goal.status}` };
  const end = endOf(view);
  if (end === undefined) return undefined;
  const exitCode = end.exitCode === EXIT.ok ? EXIT.error : end.exitCode;
  return {
    exitCode,
    text: `Error: plan/${name} is ${end.word}; ${goal.type} is ${status ?? 'Unknown'}, not ${goal.status}`,
  };
}
