import { readFile } from 'node:fs/promises';
import {
  CreateClusterCommand,
  DescribeServicesCommand,
  ListClustersCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { estateClients } from './estates/clients.ts';
import { estates } from './estates/index.ts';
import { Faults } from './faults.ts';
import { startLab } from './lab.ts';
import type { CallSeen } from './wire/serving.ts';

/** Whether a process of this id is alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the sample application runs as processes behind a real load balancer, and leaves none behind', async () => {
  const warnings: string[] = [];
  const seen: CallSeen[] = [];
  const lab = await startLab({
    scale: { labOriginMs: Date.UTC(2026, 10, 20), realOriginMs: Date.now(), factor: 30 },
    faults: new Faults(),
    log: { debug() {}, warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`) },
    onCall: (call) => seen.push(call),
  });
  const clients = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
  let pids: number[] = [];
  try {
    const sts = new STSClient({
      endpoint: lab.endpoint,
      region: lab.account.region,
      credentials: { accessKeyId: 'AKIDME', secretAccessKey: 'lab' },
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(lab.account.id);

    const urlOf = (arn: string) => lab.alb.urls().find(({ listenerArn }) => listenerArn === arn)?.url;
    const estate = await estates.shop.create({ clients, account: lab.account, urlOf });
    // The example is to fit the lab as it stands.
    expect(await readFile('examples/shop.yaml', 'utf8')).toContain(`listenerRule: ${estate.listenerRuleArn}\n`);
    const answer = await fetch(estate.url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toBe('');

    const described = await clients.ecs.send(
      new DescribeServicesCommand({ cluster: estate.clusterName, services: estate.serviceNames }),
    );
    for (const service of described.services ?? []) expect(service.runningCount).toBe(service.desiredCount);
    const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand({ cluster: estate.clusterName }));
    // §1: without it the AWS CLI would ask `data-127.0.0.1` for a service's instances.
    expect(lab.environment['AWS_DISABLE_HOST_PREFIX_INJECTION']).toBe('true');
    pids = taskArns.flatMap((taskArn) => lab.tasks.pids(taskArn));
    expect(pids.length).toBeGreaterThan(0);
    expect(pids.filter((pid) => !isAlive(pid))).toEqual([]);
    expect(seen.filter(({ errorCode }) => errorCode === 'InternalFailure')).toEqual([]);
  } finally {
    clients.destroy();
    await lab.close();
  }
  expect(pids.filter(isAlive)).toEqual([]);
  await expect(fetch(lab.endpoint)).rejects.toThrow();
  expect(warnings.filter((warning) => warning.includes('lab: fault'))).toEqual([]);
}, 90_000);

test('two accounts stand at one endpoint, each reached by its own access key', async () => {
  const lab = await startLab({
    scale: { labOriginMs: Date.UTC(2026, 10, 20), realOriginMs: Date.now(), factor: 30 },
    faults: new Faults(),
    log: { debug() {}, warn() {} },
    beside: { account: { id: '444455556666', region: 'eu-west-1' } },
  });
  try {
    if (lab.beside === undefined) throw new Error('the lab has one account');
    const created = [];
    for (const { environment } of [lab, lab.beside]) {
      const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
      const region = environment['AWS_REGION'] ?? '';
      const clients = estateClients({ endpoint: environment['AWS_ENDPOINT_URL'] ?? '', region, accessKeyId });
      await clients.ecs.send(new CreateClusterCommand({ clusterName: `in-${region}` }));
      created.push((await clients.ecs.send(new ListClustersCommand({}))).clusterArns);
      clients.destroy();
    }
    expect(created).toEqual([
      ['arn:aws:ecs:us-east-1:111122223333:cluster/in-us-east-1'],
      ['arn:aws:ecs:eu-west-1:444455556666:cluster/in-eu-west-1'],
    ]);
  } finally {
    await lab.close();
  }
});
