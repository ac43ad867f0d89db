import type { Aws } from '../../../lab/aws.ts';
import type { Clock } from '../../../lab/clock.ts';
import type { Account } from '../../../lab/services/service.ts';
import { SIMULATED_ACCOUNT } from '../../../lab/simulated/simulatedAws.ts';
import type { Permission } from '../../../lab/services/iam/permission.ts';
import { namespaceOf } from '../../../lab/wire/direct.ts';
import type { Direct } from '../../../src/aws/directClient.ts';
import { operatorDocuments, type OperatorReach } from '../../../src/aws/policy/operatorDocuments.ts';
import type { PolicyDocument } from '../../../src/aws/policy/policies.ts';
import { TABLE } from './operatorProcess.ts';

const ROLE = 'meshlift-operator';
/** What a role's credentials live for at most where nothing else was said. */
const SESSION_MS = 3_600_000;
/** The SDK renews credentials so long before they end. */
const EARLY_MS = 5 * 60_000;

const trustIn = ({ id }: Account) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${id}:root` }, Action: 'sts:AssumeRole' }],
});

/** The sample estate's. */
const SHOP: OperatorReach = { clusterNames: ['shop'], passRoleNames: ['*-task', 'shop-ecs-execution'] };

/** An AWS of this process, the simulated one or the lab. */
type HostAws = { aws: Pick<Aws, 'direct' | 'directAs'>; clock: Pick<Clock, 'now'> };

/**
 * The operator's own role: it has the policies that are shipped (`deploy/iam`), filled in for the sample estate, and nothing else. Whatever is
 * denied it is remembered, since an operator goes on as well as it can.
 */
export class OperatorRole {
  /** `ecs:CreateService on arn:…`. */
  readonly denied: string[] = [];
  /** Actions that were asked for, whether they were allowed or not. */
  readonly asked = new Set<string>();
  /** ARNs of the sessions that asked for anything. */
  readonly sessions = new Set<string>();
  readonly #without: string | undefined;
  readonly #account: Account;
  readonly #trust: object;
  readonly #reach: OperatorReach;
  #host: HostAws | undefined;
  #session: { direct: Direct; untilMs: number } | undefined;

  /**
   * @param without an action that the policies are to lack
   * @param trust who may assume it; default everybody in the account
   * @param reach default the sample estate
   */
  constructor({
    account = SIMULATED_ACCOUNT,
    without,
    trust,
    reach = SHOP,
  }: { account?: Account; without?: string | undefined; trust?: object; reach?: OperatorReach } = {}) {
    this.#account = account;
    this.#trust = trust ?? trustIn(account);
    this.#without = without;
    this.#reach = reach;
  }

  get arn(): string {
    return `arn:aws:iam::${this.#account.id}:role/${ROLE}`;
  }

  /** For {@link createSimulatedAws}. */
  readonly onAsked = ({ action, resource, sessionArn, verdict }: Permission): void => {
    // SNS names its own in capitals.
    this.asked.add(action.replace(/^[A-Z]+:/, (prefix) => prefix.toLowerCase()));
    this.sessions.add(sessionArn);
    if (verdict === 'denied') this.denied.push(`${action} on ${resource}`);
  };

  async create(host: HostAws): Promise<void> {
    this.#host = host;
    const iam = (operation: string, input: object) =>
      host.aws.direct({ namespace: namespaceOf('iam'), operation, input });
    await iam('CreateRole', { RoleName: ROLE, AssumeRolePolicyDocument: JSON.stringify(this.#trust) });
    for (const { name, document } of operatorDocuments(this.#account, TABLE, this.#reach)) {
      const PolicyName = `meshlift-${name}`;
      const PolicyDocument = lacking(document, this.#without);
      await iam('CreatePolicy', { PolicyName, PolicyDocument });
      const PolicyArn = `arn:aws:iam::${this.#account.id}:policy/${PolicyName}`;
      await iam('AttachRolePolicy', { RoleName: ROLE, PolicyArn });
    }
  }

  /** Does a call as a session of the role does it. */
  readonly direct: Direct = async (call) => {
    const host = this.#created();
    if (this.#session === undefined || host.clock.now() >= this.#session.untilMs) {
      const direct = host.aws.directAs(await this.credentials());
      this.#session = { direct, untilMs: host.clock.now() + SESSION_MS - EARLY_MS };
    }
    return this.#session.direct(call);
  };

  /** Those of a new session, which lasts for an hour. */
  async credentials(session = 'operator') {
    const answer = (await this.#created().aws.direct({
      namespace: namespaceOf('sts'),
      operation: 'AssumeRole',
      input: { RoleArn: this.arn, RoleSessionName: session },
    })) as { Credentials?: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: Date } };
    if (answer.Credentials === undefined) throw new Error(`STS gave no credentials of ${this.arn}`);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials;
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresMs: Expiration.getTime(),
    };
  }

  /** Throws where an operator was denied what it asked for: its policy lacks something, or the code does not declare it. */
  expectNothingDenied(): void {
    const denied = [...new Set(this.denied)];
    if (denied.length > 0) throw new Error(`the shipped policy does not allow the operator ${denied.join(', nor ')}`);
  }

  #created(): HostAws {
    if (this.#host === undefined) throw new Error('the role is used before it was created');
    return this.#host;
  }
}

/** The document without an action; IAM takes no statement that allows none. */
function lacking(text: string, action: string | undefined): string {
  const document = JSON.parse(text) as PolicyDocument;
  const Statement = document.Statement.map((one) => ({
    ...one,
    Action: one.Action.filter((name) => name !== action),
  })).filter(({ Action }) => Action.length > 0);
  return JSON.stringify({ ...document, Statement });
}
