import type { Access } from './access.ts';
import { AwsError } from './errors.ts';
import { LOGS_NEEDS } from './services/iam/needs/others.ts';
import { taskStream } from './services/logs/taskStream.ts';
import type { OpenedLogs, TaskContainer, TaskLogs } from './services/ports.ts';
import type { Account, Service } from './services/service.ts';
import type { Accounts } from './services/sts/accounts.ts';
import { sessionOfTask } from './services/sts/assumeRole.ts';

interface StartingTask {
  taskArn: string;
  executionRoleArn: string | undefined;
  containers: readonly TaskContainer[];
}

/**
 * What ECS does with a task's execution role before it starts the task: it opens the streams of its logs (row E81). A role that IAM does not
 * know is not asked: the lab's estates are made without roles.
 */
export class ExecutionRole implements TaskLogs {
  readonly #parts: { account: Account; accounts: Accounts; access: Access; logs: Service };

  constructor(parts: { account: Account; accounts: Accounts; access: Access; logs: Service }) {
    this.#parts = parts;
  }

  open({ taskArn, executionRoleArn, containers }: StartingTask): OpenedLogs {
    const { account, accounts, access, logs } = this.#parts;
    const logging = containers.flatMap(({ name, logs: place }) => (place === undefined ? [] : { name, ...place }));
    if (logging.length === 0 || accounts.roleOf(executionRoleArn) === undefined) return { kind: 'open', mute: [] };
    const roleArn = executionRoleArn ?? '';
    const taskId = taskArn.slice(taskArn.lastIndexOf('/') + 1);
    const session = sessionOfTask(accounts, { roleArn, taskId, taskArn, region: account.region });
    if (session === undefined) return { kind: 'failed', why: cannotAssume(roleArn) };
    const may = (operation: string, input: object) =>
      access.check(session, known(LOGS_NEEDS[operation])(input, access.surroundings), 'awsJson1_1');
    const call = (operation: string, input: object) => {
      may(operation, input);
      known(logs.operations[operation])(input, { requestId: '', accessKeyId: session.accessKeyId });
    };
    const mute: string[] = [];
    for (const { name, group: logGroupName, streamPrefix, createsGroup } of logging) {
      const stream = { logGroupName, logStreamName: taskStream(streamPrefix, name, taskArn) };
      const failed =
        (createsGroup ? refusalOf(() => call('CreateLogGroup', { logGroupName }), 'group') : undefined) ??
        refusalOf(() => call('CreateLogStream', stream), 'stream');
      if (failed !== undefined) return { kind: 'failed', why: failed };
      if (refusalOf(() => may('PutLogEvents', stream), 'stream') !== undefined) mute.push(name);
    }
    return { kind: 'open', mute };
  }
}

/** An operation that the lab has lost the name of is not one that asks for nothing. */
function known<Operation>(operation: Operation | undefined): Operation {
  if (operation === undefined) throw new Error('CloudWatch Logs of the lab does not know an operation that ECS calls.');
  return operation;
}

/** What is there already is as good as made. */
function refusalOf(act: () => void, what: 'group' | 'stream'): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.name === 'ResourceAlreadyExistsException') return undefined;
    const made = `failed to create Cloudwatch log ${what}: ${error.name}: ${error.message}`;
    return `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ${made} : exit status 1`;
  }
}

const cannotAssume = (roleArn: string) =>
  `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper ` +
  'trust relationship and permissions and that your IAM user has permissions to pass this role.';
