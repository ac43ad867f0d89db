import http2 from 'node:http2';
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
import { conditionsForProbes, type ProbeDoor, probeRequest, sendable } from '../../src/assess/probes/request.ts';
import { type AwsClients, createClients } from '../../src/aws/clients.ts';
import { askOverNetwork } from '../../src/aws/probes/way.ts';
import { createWorld } from '../../src/aws/world.ts';
import type { GrpcProbe } from '../../src/plan/probes.ts';
import { patientBudget, SILENT } from './operator/operatorProcess.ts';

const OWNER = { plan: 'shop', uid: 'uid-1' };
const GREEN = 'targetGroup/orders-sc';
const CERTIFICATES = [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/shop' }];
const NOT_FOUND = 5;

/** A gRPC server with a health service: the whole server and one service have a status, and no other name is known. */
async function side(status: { now: number }) {
  const seen: string[] = [];
  const server = http2.createServer();
  const sessions = new Set<http2.Http2Session>();
  server.on('session', (session) => void sessions.add(session));
  server.on('stream', (stream, headers) => {
    const read: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => read.push(chunk));
    stream.on('end', () => {
      const name = Buffer.concat(read).subarray(7).toString();
      seen.push(`${headers[':path']} ${name}`.trimEnd());
      const isKnown = ['', 'shop.Orders'].includes(name);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isKnown ? '0' : String(NOT_FOUND) }));
      stream.end(isKnown ? Buffer.from([0, 0, 0, 0, 2, 0x08, status.now]) : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { seen, status, close, port: (server.address() as AddressInfo).port };
}

async function targetGroup({ elbv2 }: AwsClients, Name: string, ip: string): Promise<string> {
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name,
      Protocol: 'HTTP',
      ProtocolVersion: 'GRPC',
      Port: 8080,
      VpcId: VPC,
      TargetType: 'ip',
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: ip, Port: 8080 }] }));
  return TargetGroupArn;
}

const probe = (service: string, parity = false): GrpcProbe => ({
  service: 'orders',
  host: null,
  grpc: { service },
  parity,
});

test('L35: gRPC health is asked of green by a listener for tests, and of blue by the entry’s own', async () => {
  const clock = new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 });
  const simulated = createSimulatedAws({ clock });
  const clients = createClients({ ...simulated.clientConfig, log: SILENT, budget: patientBudget() });
  const { elbv2 } = clients;
  const [blue, green] = [await side({ now: 1 }), await side({ now: 2 })];
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
    const blueArn = await targetGroup(clients, 'orders', '10.0.0.1');
    const greenArn = await targetGroup(clients, 'orders-sc', '10.0.1.1');
    const { LoadBalancers } = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: SUBNETS }));
    const listen = async (Port: number): Promise<string> => {
      const { Listeners } = await elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
          Protocol: 'HTTPS',
          Certificates: CERTIFICATES,
          Port,
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
        }),
      );
      return Listeners?.[0]?.ListenerArn ?? '';
    };
    const [listenerArn, testListener] = [await listen(443), await listen(444)];
    const conditions = [
      { Field: 'host-header', HostHeaderConfig: { Values: ['orders.example.com'] } },
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/shop.Orders/*', '/grpc.health.*'] } },
    ];
    const { Rules } = await elbv2.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: 10,
        Conditions: conditions,
        Actions: [{ Type: 'forward', TargetGroupArn: blueArn }],
      }),
    );
    const door: ProbeDoor = { conditions, protocolVersion: 'GRPC', protocol: 'HTTPS' };
    const rule: RuleResource = {
      kind: 'rule',
      id: 'rule/shop/1',
      dependsOn: [],
      blueService: 'orders',
      entry: { service: 'orders', alb: { listenerRule: Rules?.[0]?.RuleArn ?? '', testListener } },
      blueTargetGroupArn: blueArn,
      greenTargetGroup: { ref: GREEN },
      originalActions: [{ Type: 'forward', TargetGroupArn: blueArn }],
    };
    const probeRule: ProbeRuleResource = {
      kind: 'probeRule',
      id: 'probeRule/shop/1',
      dependsOn: [rule.id],
      blueService: 'orders',
      rule,
      listenerArn: testListener,
      conditions: sendable(conditionsForProbes(door)),
    };
    await plane.settled();
    const urlOf = (arn: string): string => plane.urls().find((one) => one.listenerArn === arn)?.url ?? '';
    const world = createWorld({
      clients,
      clock: { now: () => clock.now(), realMs: (ms) => ms },
      realPause: () => Promise.resolve(),
      probes: { ask: askOverNetwork, baseUrl: urlOf(listenerArn), testBaseUrl: urlOf(testListener) },
    });
    const resolved = new Map([[GREEN, greenArn]]);
    const halfKnown = createWorld({
      clients,
      clock: { now: () => clock.now(), realMs: (ms) => ms },
      realPause: () => Promise.resolve(),
      probes: { ask: askOverNetwork, baseUrl: urlOf(listenerArn) },
    });
    const ask = async (one: GrpcProbe) => {
      const addressed = probeRequest(one, door);
      if (!addressed.can) throw new Error(addressed.why);
      return (await world.probe(probeRule, OWNER, [{ request: addressed.request, withBlue: one.parity }]))[0];
    };

    expect(await world.resources.ensure(probeRule, OWNER, resolved)).toMatchObject({ outcome: 'created' });
    const answers = async (one: GrpcProbe, wanted: object) => expect(await ask(one)).toMatchObject(wanted);
    await answers(probe('shop.Orders'), { green: { kind: 'health', status: 2 }, blue: undefined });
    await answers(probe('', true), { green: { kind: 'health', status: 2 }, blue: { kind: 'health', status: 1 } });
    green.status.now = 1;
    await answers(probe('shop.Orders', true), { green: { kind: 'health', status: 1 }, blue: { status: 1 } });
    await answers(probe('shop.Carts'), { green: { kind: 'grpcError', code: NOT_FOUND } });
    expect(new Set(green.seen)).toEqual(
      new Set(['', ' shop.Orders', ' shop.Carts'].map((name) => `/grpc.health.v1.Health/Check${name}`)),
    );
    const request = { host: 'orders.example.com', path: '/', headers: {}, grpcService: '' };
    expect(await halfKnown.probe(probeRule, OWNER, [{ request, withBlue: false }])).toMatchObject([
      { green: { kind: 'notReached', why: expect.stringContaining('set MESHLIFT_PROBE_TEST_URL') as string } },
    ]);
    // Without the secret nothing comes to green, by neither listener.
    const seen = green.seen.length;
    const bare = probeRequest(probe('shop.Orders'), door);
    if (!bare.can) throw new Error(bare.why);
    expect(await askOverNetwork(urlOf(testListener), bare.request)).toMatchObject({ kind: 'answered', status: 404 });
    expect(await askOverNetwork(urlOf(listenerArn), bare.request)).toEqual({ kind: 'health', status: 1 });
    expect(green.seen).toHaveLength(seen);

    expect(await world.resources.remove(probeRule, OWNER, resolved)).toEqual({ outcome: 'gone' });
    const left = await elbv2.send(new DescribeRulesCommand({ ListenerArn: testListener }));
    expect(left.Rules?.map(({ Priority }) => Priority)).toEqual(['default']);
    await answers(probe(''), { green: { kind: 'notReached', why: 'the rule for probes is not there' } });
  } finally {
    await plane.close();
    blue.close();
    green.close();
    clients.destroy();
    await simulated.close();
  }
});
