import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { operatorDocuments, type OperatorReach } from '../../aws/policy/operatorDocuments.ts';
import { createTable } from '../../state/createTable.ts';
import { DEFAULT_TABLE } from '../connection.ts';

/** What an operator has in its environment instead of its person's credentials. */
export type OperatorCredentials = Readonly<
  Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>
>;

const ROLE = 'meshlift-demo-operator';

/**
 * Makes in the lab what a deployment has before the operator starts: the table, and a role with the shipped policies and nothing else. Answers the
 * credentials of a session of that role, which lasts for an hour.
 */
export async function deployOperatorRole(
  { endpoint, region }: { endpoint: string; region: string },
  reach: OperatorReach,
): Promise<OperatorCredentials> {
  const person = { endpoint, region, credentials: { accessKeyId: 'AKIDDEMO', secretAccessKey: 'demo' } };
  const [dynamoDb, iam, sts] = [new DynamoDBClient(person), new IAMClient(person), new STSClient(person)];
  try {
    await createTable(dynamoDb, DEFAULT_TABLE, pause);
    const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const roleArn = `arn:aws:iam::${account}:role/${ROLE}`;
    await iam.send(
      new CreateRoleCommand({
        RoleName: ROLE,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    );
    for (const { name, document } of operatorDocuments({ id: account, region }, DEFAULT_TABLE, reach)) {
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName: `${ROLE}-${name}`, PolicyDocument: document }),
      );
      await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: Policy?.Arn }));
    }
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'meshlift-operator' }),
    );
    if (Credentials === undefined) throw new Error(`STS gave no credentials of ${roleArn}.`);
    return {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: Credentials.SessionToken ?? '',
    };
  } finally {
    for (const client of [dynamoDb, iam, sts]) client.destroy();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
