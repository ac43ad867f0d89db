import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { SimulatedClock } from './clock.ts';
import type { Permission } from './services/iam/permission.ts';
import { createSimulatedAws } from './simulated/simulatedAws.ts';

const ACCOUNT = '111122223333';

/** A statement that lets everybody of the account assume a role, whom its policies allow to. */
export const OWN_ACCOUNT = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};

type Statements = object | readonly object[];

export const policy = (Statement: Statements) => JSON.stringify({ Version: '2012-10-17', Statement });

/** Everything that an SDK client's constructor needs, but for its credentials. */
type Config = ReturnType<typeof createSimulatedAws>['clientConfig'] & { maxAttempts: number };

/** An account whose administrator makes roles, and clients of those who assume them. */
export function accessWorld() {
  const clock = new SimulatedClock();
  const asked: Permission[] = [];
  const simulated = createSimulatedAws({ clock, onAsked: (permission) => asked.push(permission) });
  const config: Config = { ...simulated.clientConfig, maxAttempts: 1 };
  const iam = new IAMClient(config);

  /** With one policy of these statements, and a trust in the account where nothing else is said. */
  const createRole = async (
    RoleName: string,
    statements: Statements,
    { trust = OWN_ACCOUNT, attached = [] }: { trust?: Statements; attached?: string[] } = {},
  ) => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy(statements) }));
    for (const PolicyArn of attached) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    return `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  };

  /** The configuration of clients with the credentials of a session. */
  const assume = async (
    role: string,
    input: Partial<AssumeRoleCommandInput> = {},
    by: Config = config,
  ): Promise<Config> => {
    const { Credentials } = await new STSClient(by).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        RoleSessionName: 'session',
        ...input,
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return {
      ...config,
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    } as Config;
  };

  return { clock, simulated, asked, config, createRole, assume };
}
