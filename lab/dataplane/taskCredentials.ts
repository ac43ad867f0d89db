import { randomUUID } from 'node:crypto';
import type { TaskSpec } from '../services/ports.ts';
import type { Accounts } from '../services/sts/accounts.ts';
import { sessionOfTask } from '../services/sts/assumeRole.ts';
import type { Dispatch, WireResponse } from '../wire/message.ts';

const PATH = '/v2/credentials/';

interface Granted {
  taskId: string;
  taskArn: string;
  roleArn: string;
  /** Of the header `Authorization`, so that no other task asks for these credentials. */
  authorization: string;
}

/**
 * Where tasks get the credentials of their task role (row N68). On AWS that is at 169.254.170.2, which an SDK asks without a word of authorization; in
 * the lab it is the lab's own endpoint, by a full URI with a token, which the SDKs allow on loopback.
 */
export class TaskCredentials {
  readonly #parts: { accounts: Accounts; endpoint: () => string };
  readonly #granted = new Map<string, Granted>();

  constructor(parts: { accounts: Accounts; endpoint: () => string }) {
    this.#parts = parts;
  }

  /** What the processes of a task find in their environment: nothing, where its definition has no task role. */
  environmentOf({ taskArn, taskRoleArn }: TaskSpec): Record<string, string> {
    if (taskRoleArn === undefined) return {};
    const { endpoint } = this.#parts;
    const [, , , , accountId = ''] = taskArn.split(':');
    const taskId = taskArn.slice(taskArn.lastIndexOf('/') + 1);
    const granted = this.#granted.get(taskId) ?? {
      taskId,
      taskArn,
      roleArn: taskRoleArn.startsWith('arn:') ? taskRoleArn : `arn:aws:iam::${accountId}:role/${taskRoleArn}`,
      authorization: randomUUID(),
    };
    this.#granted.set(taskId, granted);
    return {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint()}${PATH}${taskId}`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: granted.authorization,
    };
  }

  /** A task that has ended gets no more credentials; those that it has are good until their time. */
  forget(taskArn: string): void {
    this.#granted.delete(taskArn.slice(taskArn.lastIndexOf('/') + 1));
  }

  /** Answers the tasks, and leaves every other request to the lab. */
  around(dispatch: Dispatch): Dispatch {
    return async (request) => {
      if (request.method !== 'GET' || !request.path.startsWith(PATH)) return dispatch(request);
      const granted = this.#granted.get(request.path.slice(PATH.length));
      if (granted === undefined || request.headers['authorization'] !== granted.authorization) {
        return json(401, { code: 'Unauthorized', message: 'These credentials are of another task, or of none.' });
      }
      const [, , , region = ''] = granted.taskArn.split(':');
      const session = sessionOfTask(this.#parts.accounts, { ...granted, region });
      if (session === undefined) {
        const message =
          `ECS could not assume the role '${granted.roleArn}' for the task. ` +
          'Check that it exists, and that its trust policy allows ecs-tasks.amazonaws.com.';
        return json(400, { code: 'AccessDenied', message });
      }
      return json(200, {
        RoleArn: session.roleArn,
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        Token: session.token,
        Expiration: new Date(session.expiresMs).toISOString(),
      });
    };
  }
}

function json(status: number, content: object): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', date: new Date().toUTCString() },
    body: Buffer.from(JSON.stringify(content)),
  };
}
