import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { estateClients } from '../../lab/estates/clients.ts';
import { createShop } from '../../lab/estates/shop/shop.ts';
import { type Lab, LAB_ACCOUNT, type OpenAccount } from '../../lab/lab.ts';
import type { Account } from '../../lab/services/service.ts';
import { namespaceOf } from '../../lab/wire/direct.ts';
import { Meshlift, startLab } from '../processes/meshlift.ts';
import { OperatorRole } from '../unit/operator/operatorRole.ts';
import { Stage } from './scenarios/stage.ts';
import { Users } from './scenarios/users.ts';

/** In another Region, too. */
const SPOKE: Account = { id: '444455556666', region: 'eu-west-1' };
const EXTERNAL_ID = 'what-nobody-guesses';
const roleIn = ({ id }: Account) => `arn:aws:iam::${id}:role/meshlift-operator`;
const sessionIn = ({ id }: Account, name: string) => `arn:aws:sts::${id}:assumed-role/meshlift-operator/${name}`;
/** Two shops share the machine. */
const RATE = 25;

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** The hub's operator, for this plan and with this external id alone. */
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: roleIn(LAB_ACCOUNT) },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID, 'aws:RequestTag/meshlift.dev/plan': 'spoke' } },
    },
  ],
};

const putPolicy = (account: Pick<OpenAccount, 'aws'>, PolicyName: string, PolicyDocument: string) =>
  account.aws.direct({
    namespace: namespaceOf('iam'),
    operation: 'PutRolePolicy',
    input: { RoleName: 'meshlift-operator', PolicyName, PolicyDocument },
  });

/** As deploy/terraform does it for `assume_role_arns`. */
const mayAssume = document({
  Effect: 'Allow',
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Resource: [roleIn(SPOKE)],
});

/** Whoever works in the spoke's account is told apart by the session's tags; without them nothing is done there. */
const onlyTagged = document(
  {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:PrincipalTag/meshlift.dev/plan': 'spoke' } },
  },
  { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Null: { 'aws:PrincipalTag/meshlift.dev/uid': 'true' } } },
);

async function openSpoke(lab: Lab, account: OpenAccount, role: OperatorRole) {
  await role.create({ aws: account.aws, clock: lab.clock });
  await putPolicy(account, 'only-tagged-sessions', onlyTagged);
  const accessKeyId = account.environment['AWS_ACCESS_KEY_ID'] ?? '';
  const where = { endpoint: lab.endpoint, region: account.account.region };
  const person = estateClients({ ...where, accessKeyId });
  const edge = await createShop({
    clients: person,
    account: account.account,
    urlOf: (listenerArn) => account.alb.urls().find((one) => one.listenerArn === listenerArn)?.url,
  });
  const credentials = { accessKeyId, secretAccessKey: 'lab' };
  return { person, edge, users: new Users(edge, { ...where, credentials }, { rate: RATE }) };
}

/** Names of the services in a shop's cluster. */
async function servicesOf({ ecs }: Pick<Stage['person'], 'ecs'>): Promise<string[]> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: 'shop' }));
  return serviceArns.map((arn) => arn.slice(arn.lastIndexOf(':service/'))).toSorted();
}

test('one operator moves a shop in each of two accounts under load, with credentials that never mix', async () => {
  const inSpoke = new OperatorRole({ account: SPOKE, trust: TRUST });
  const stage = await Stage.open({
    rate: RATE,
    beside: { account: SPOKE, onAsked: inSpoke.onAsked },
    environment: { MESHLIFT_ALLOW_ROLES: roleIn(SPOKE), MESHLIFT_ALLOW_REGIONS: SPOKE.region },
  });
  const { lab } = stage;
  let spoke: Awaited<ReturnType<typeof openSpoke>> | undefined;
  try {
    if (lab.beside === undefined) throw new Error('the lab has one account');
    await putPolicy(lab, 'assume-roles', mayAssume);
    spoke = await openSpoke(lab, lab.beside, inSpoke);
    spoke.users.add();

    await stage.apply({ name: 'hub' });
    await stage.apply({
      name: 'spoke',
      access: { roleArn: roleIn(SPOKE), externalId: EXTERNAL_ID, region: SPOKE.region },
      traffic: [{ service: 'frontend', alb: { listenerRule: spoke.edge.listenerRuleArn } }],
    });
    const ends = await Promise.all([stage.untilSettled('hub'), stage.untilSettled('spoke')]);
    expect(ends.map(({ machine }) => machine.value)).toEqual(['succeeded', 'succeeded']);

    for (const seen of [await stage.users('hub'), await spoke.users.saw('spoke')]) {
      expect(seen.failures).toEqual({});
      expect(seen.blue.requests).toBeGreaterThan(0);
      expect(seen.green.requests).toBeGreaterThan(0);
    }
    const green = [':service/shop/frontend-sc', ':service/shop/stock-api-sc', ':service/shop/user-api-sc'];
    expect(await servicesOf(stage.person)).toEqual(green);
    expect(await servicesOf(spoke.person)).toEqual(green);
    expect([...stage.role.sessions]).toEqual([sessionIn(LAB_ACCOUNT, 'operator')]);
    expect([...inSpoke.sessions]).toEqual([sessionIn(SPOKE, 'meshlift-spoke')]);
    expect(stage.role.asked).toContain('sts:AssumeRole');
    inSpoke.expectNothingDenied();
  } finally {
    await spoke?.users.leave();
    spoke?.person.destroy();
    await stage.close();
  }
}, 180_000);

async function identityBy(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  const sts = new STSClient({
    endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'lab' },
  });
  const { Account: account } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  return account;
}

test('meshlift lab serves a second account with the same estate, to whom it gives its access key', async () => {
  const { lab, ready } = await startLab(['--second-account', SPOKE.id, '--estate', 'shop']);
  try {
    const { environment, second } = ready;
    expect(await identityBy(environment)).toBe(LAB_ACCOUNT.id);
    expect(await identityBy(second?.environment ?? {})).toBe(SPOKE.id);
    expect(second?.environment['AWS_ENDPOINT_URL']).toBe(environment['AWS_ENDPOINT_URL']);
    expect(second?.estate?.clusterArn).toBe(`arn:aws:ecs:${LAB_ACCOUNT.region}:${SPOKE.id}:cluster/shop`);
    expect((await fetch(second?.url ?? '')).status).toBe(200);
  } finally {
    await lab.end();
  }
  const refused = new Meshlift(['lab', '--second-account', LAB_ACCOUNT.id], {});
  expect(await refused.ended).toBe(1);
  expect(refused.output).toContain(`It must be twelve digits, and not ${LAB_ACCOUNT.id}, which is the first.`);
});
