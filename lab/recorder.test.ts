import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AppMeshClient, DescribeMeshCommand, ListMeshesCommand } from '@aws-sdk/client-app-mesh';
import { ListTablesCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from './clock.ts';
import { Recorder, type RecordedCall } from './recorder.ts';
import { createSimulatedAws } from './simulated/simulatedAws.ts';
import { startWireServer, type WireServer } from './wire/server.ts';

let directory: string;
let server: WireServer | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'recorder-'));
});
afterEach(async () => {
  await server?.close();
  rmSync(directory, { recursive: true });
});

const readRecord = (file: string): RecordedCall[] => {
  const text = readFileSync(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedCall);
};

const textOf = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

async function recorded(file: string) {
  const recorder = new Recorder(file);
  const simulated = createSimulatedAws({ clock: new SimulatedClock() });
  server = await startWireServer({ dispatch: recorder.around(simulated.aws.dispatch), log: () => {} });
  const config = {
    endpoint: server.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDME', secretAccessKey: 'hush', sessionToken: 'very-secret' },
  };
  return { recorder, simulated, config, endpoint: server.endpoint };
}

describe('a record', () => {
  test('has every request as it was sent and every answer, of every protocol, in order', async () => {
    const file = join(directory, 'calls.jsonl');
    const { recorder, simulated, config } = await recorded(file);
    await new ECSClient(config).send(new CreateClusterCommand({ clusterName: 'shop' }));
    const noRule = new DescribeRulesCommand({ RuleArns: ['arn:aws:none'] });
    await expect(new ElasticLoadBalancingV2Client(config).send(noRule)).rejects.toThrow();
    const noMesh = new DescribeMeshCommand({ meshName: 'a b' });
    await expect(new AppMeshClient(config).send(noMesh)).rejects.toThrow();
    const noTable = new DescribeTableCommand({ TableName: 'none' });
    await expect(new DynamoDBClient(config).send(noTable)).rejects.toThrow();
    simulated.faults.set('app-mesh-gone', true);
    await expect(new AppMeshClient(config).send(new ListMeshesCommand({ limit: 5 }))).rejects.toThrow();
    recorder.close();

    const calls = readRecord(file);
    expect(calls.map((call) => [call.signedService, call.method, call.path, call.query])).toEqual([
      ['ecs', 'POST', '/', ''],
      ['elasticloadbalancing', 'POST', '/', ''],
      ['appmesh', 'GET', '/v20190125/meshes/a%20b', ''],
      ['dynamodb', 'POST', '/', ''],
      ['appmesh', 'GET', '/v20190125/meshes', 'limit=5'],
    ]);
    expect(calls.map((call) => [call.answer.status, call.answer.errorCode])).toEqual([
      [200, undefined],
      [400, 'RuleNotFound'],
      [404, 'NotFoundException'],
      [400, 'ResourceNotFoundException'],
      [0, 'ECONNRESET'],
    ]);
    const [ecs, elbv2] = calls;
    expect(ecs?.accessKeyId).toBe('AKIDME');
    expect(ecs?.headers['x-amz-target']).toBe('AmazonEC2ContainerServiceV20141113.CreateCluster');
    expect(JSON.parse(textOf(ecs?.body ?? ''))).toEqual({ clusterName: 'shop' });
    expect(JSON.parse(textOf(ecs?.answer.body ?? ''))).toMatchObject({ cluster: { clusterName: 'shop' } });
    expect(textOf(elbv2?.body ?? '')).toContain('RuleArns.member.1=arn%3Aaws%3Anone');
  });

  test('has the code of an error in CBOR, and what was compressed as it was', async () => {
    const file = join(directory, 'calls.jsonl');
    const { recorder, endpoint } = await recorded(file);
    const path = '/service/GraniteServiceVersion20100801/operation/NoSuchThing';
    await fetch(`${endpoint}${path}`, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'no gzip' });
    await fetch(`${endpoint}${path}`, { method: 'POST', headers: { 'content-type': 'application/cbor' } });
    recorder.close();
    const [broken, unknown] = readRecord(file);
    expect(textOf(broken?.body ?? '')).toBe('no gzip');
    expect(broken?.headers['content-encoding']).toBe('gzip');
    expect(unknown?.answer.errorCode).toBe('UnknownOperationException');
  });

  test('has no signature and no token, neither from the headers nor from a presigned query', async () => {
    const file = join(directory, 'calls.jsonl');
    const { recorder, config, endpoint } = await recorded(file);
    await new ECSClient(config).send(new DescribeClustersCommand({}));
    const credential = 'X-Amz-Credential=AKIDPRE%2F20261120%2Feu-west-1%2Fsts%2Faws4_request';
    await fetch(
      `${endpoint}/?Action=GetCallerIdentity&Version=2011-06-15&${credential}&X-Amz-Signature=abcdef0123&X-Amz-Security-Token=very-secret`,
    );
    recorder.close();
    const calls = readRecord(file);
    expect(calls[1]).toMatchObject({ accessKeyId: 'AKIDPRE', signedService: 'sts', answer: { status: 200 } });
    expect(calls[1]?.query).toContain('Action=GetCallerIdentity');
    const text = readFileSync(file, 'utf8');
    for (const secret of ['very-secret', 'Signature=', 'abcdef0123', 'hush', 'AWS4-HMAC']) {
      expect(text).not.toContain(secret);
    }
  });

  test('is emptied when it is begun anew, and takes nothing after it was closed', async () => {
    const file = join(directory, 'calls.jsonl');
    const first = await recorded(file);
    const client = new DynamoDBClient(first.config);
    await client.send(new ListTablesCommand({}));
    await client.send(new ListTablesCommand({}));
    first.recorder.close();
    await client.send(new ListTablesCommand({}));
    expect(readRecord(file)).toHaveLength(2);
    new Recorder(file).close();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('that cannot be begun is an error at once', () => {
    expect(() => new Recorder(join(directory, 'none', 'calls.jsonl'))).toThrow(/record cannot be written.*ENOENT/);
  });

  test.skipIf(!existsSync('/dev/full'))('that cannot go on says so, and the calls are answered', async () => {
    const { recorder, config } = await recorded('/dev/full');
    await new DynamoDBClient(config).send(new ListTablesCommand({}));
    await expect(recorder.failed).resolves.toMatchObject({
      message: expect.stringMatching(/ends after 0 calls.*ENOSPC/),
    });
  });
});
