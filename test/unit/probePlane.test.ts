import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { ScaledClock } from '../../lab/clock.ts';
import { Addresses } from '../../lab/dataplane/addresses.ts';
import { AlbPlane } from '../../lab/dataplane/albPlane.ts';
import { SUBNETS, VPC } from '../../lab/estates/shop/edge.ts';
import { Random } from '../../lab/random.ts';
import { createSimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import type { ProbeRuleResource, RuleResource } from '../../src/assess/model.ts';
import { type AwsClients, createClients } from '../../src/aws/clients.ts';
import { askOverHttp } from '../../src/aws/probes/ask.ts';
import { createWorld } from '../../src/aws/world.ts';
import { patientBudget, SILENT } from './operator/operatorProcess.ts';

const OWNER = { plan: 'shop', uid: 'uid-1' };
const GREEN = 'targetGroup/frontend-sc';

/** A side that answers with its own name, and keeps what it was sent. */
async function side(name: 'blue' | 'green') {
  const seen: http.IncomingHttpHeaders[] = [];
  const server = http.createServer(({ headers }, response) => {
    seen.push(headers);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ side: name }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, server, port: (server.address() as AddressInfo).port };
}

async function targetGroup({ elbv2 }: AwsClients, Name: string, ip: string): Promise<string> {
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: VPC, TargetType: 'ip' }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: ip, Port: 8080 }] }));
  return TargetGroupArn;
}

test('L13: a probe comes to green through the load balancer while every other request goes to blue', async () => {
  const clock = new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 });
  const simulated = createSimulatedAws({ clock });
  const clients = createClients({ ...simulated.clientConfig, log: SILENT, budget: patientBudget() });
  const { elbv2 } = clients;
  const [blue, green] = [await side('blue'), await side('green')];
  const addresses = new Addresses();
  addresses.set('10.0.0.1', 8080, blue.port);
  addresses.set('10.0.1.1', 8080, green.port);
  const plane = new AlbPlane({
    elbv2: simulated.aws.services['elastic-load-balancing-v2'],
    clock,
    random: new Random(3),
    addresses,
    metrics: { record: () => {} },
    log: { debug: () => {}, warn: () => {} },
  });
  try {
    const blueArn = await targetGroup(clients, 'frontend', '10.0.0.1');
    const greenArn = await targetGroup(clients, 'frontend-sc', '10.0.1.1');
    const { LoadBalancers } = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: SUBNETS }));
    const { Listeners } = await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
    const listenerArn = Listeners?.[0]?.ListenerArn ?? '';
    const conditions = [{ Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } }];
    const { Rules } = await elbv2.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: 10,
        Conditions: conditions,
        Actions: [{ Type: 'forward', TargetGroupArn: blueArn }],
      }),
    );
    const listenerRule = Rules?.[0]?.RuleArn ?? '';
    const rule: RuleResource = {
      kind: 'rule',
      id: 'rule/shop/1',
      dependsOn: [],
      blueService: 'frontend',
      entry: { service: 'frontend', alb: { listenerRule } },
      blueTargetGroupArn: blueArn,
      greenTargetGroup: { ref: GREEN },
      originalActions: [{ Type: 'forward', TargetGroupArn: blueArn }],
    };
    const probeRule: ProbeRuleResource = {
      kind: 'probeRule',
      id: 'probeRule/shop/1',
      dependsOn: [rule.id],
      blueService: 'frontend',
      rule,
      listenerArn,
      conditions,
    };
    await plane.settled();
    const url = plane.urls()[0]?.url ?? '';
    const world = createWorld({
      clients,
      clock: { now: () => clock.now(), realMs: (ms) => ms },
      realPause: () => Promise.resolve(),
      probes: { ask: askOverHttp, baseUrl: url },
    });
    const resolved = new Map([[GREEN, greenArn]]);
    const ask = (headers: Record<string, string> = {}) =>
      askOverHttp(url, { host: 'shop.example.com', path: '/health', headers });

    expect(await world.resources.ensure(probeRule, OWNER, resolved)).toMatchObject({ outcome: 'created' });
    expect(await world.resources.ensure(probeRule, OWNER, resolved)).toMatchObject({ outcome: 'unchanged' });
    const request = { host: 'shop.example.com', path: '/health', headers: {} };
    expect(await world.probe(probeRule, OWNER, [{ request, withBlue: true }])).toMatchObject([
      { green: { status: 200, body: '{"side":"green"}' }, blue: { status: 200, body: '{"side":"blue"}' } },
    ]);
    expect(green.seen).toHaveLength(1);
    for (let request = 0; request < 20; request += 1) expect(await ask()).toMatchObject({ body: '{"side":"blue"}' });
    // Whoever guesses the header and not its value is a user like any other.
    expect(await ask({ 'x-meshlift-probe': '1' })).toMatchObject({ body: '{"side":"blue"}' });
    expect(green.seen).toHaveLength(1);
    // Who has the value, and is not for this entry, is none of its.
    const value = String(green.seen[0]?.['x-meshlift-probe']);
    expect(await ask({ 'x-meshlift-probe': value })).toMatchObject({ body: '{"side":"green"}' });
    expect(
      await askOverHttp(url, { host: 'example.org', path: '/', headers: { 'x-meshlift-probe': value } }),
    ).toMatchObject({ status: 404 });

    expect(await world.router.verify(rule, { kind: 'blueOnly' }, resolved)).toMatchObject({ verdict: 'pass' });
    expect(await world.resources.remove(probeRule, OWNER, resolved)).toEqual({ outcome: 'gone' });
    expect(await world.resources.read(probeRule, OWNER, resolved)).toEqual({ status: 'absent' });
    const left = await elbv2.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    expect(left.Rules?.map(({ Priority }) => Priority)).toEqual(['10', 'default']);
    expect(await ask({ 'x-meshlift-probe': value })).toMatchObject({ body: '{"side":"blue"}' });
  } finally {
    await plane.close();
    for (const { server } of [blue, green]) {
      server.close();
      server.closeAllConnections();
    }
    clients.destroy();
    await simulated.close();
  }
});
