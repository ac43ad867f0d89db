import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCli } from '../../../src/cli/testing.ts';
import { asTemplate } from '../../fixtures/asCloudFormation.ts';
import { exportOf, withoutAppMesh } from '../../fixtures/estates.ts';
import { terraformStateOf } from '../../fixtures/terraformState.ts';

const cli = testCli({ endpointUrl: 'http://127.0.0.1:9' });
const shop = exportOf('01-simple-three-tier');

/** Runs `assess` on files of these texts, given in this order. */
async function assess(texts: readonly string[], more = '') {
  cli.files.clear();
  for (const [index, text] of texts.entries()) cli.files.set(`f${index}`, text);
  return cli.run(`assess ${texts.map((_, index) => `--from f${index}`).join(' ')} ${more}`);
}

interface Shown {
  services: { name: string; virtualNode?: { certainty: string } }[];
  calls: { from: string; to: string; name: string; port?: number }[];
  waves: string[][];
  findings: { code: string; place: string }[];
  gaps: { kind: string; place: string; message: string }[];
}
const shown = async (texts: readonly string[], more = ''): Promise<Shown> => {
  const { out, err } = await assess(texts, `-o json ${more}`);
  expect(err).toBe('');
  return JSON.parse(out) as Shown;
};

describe('a file that cannot be read is named, with the place, and nothing is done', () => {
  test.each([
    [
      '{"format":"meshlift.dev/export/v1","caller"',
      /^Error: f0, line 1, column 44: the JSON ends before it is complete$/,
    ],
    ['{"a": 1,}', /^Error: f0, line 1, column 9: a member name/],
    ['{"version":3,"resources":[],"terraform_version":"0.11"}', /f0, version: this state is of version 3/],
    ['{"version":5,"resources":[],"terraform_version":"9"}', /f0, version: this state is of version 5/],
    [
      'Resources:\n  A:\n    Type: AWS::ECS::Cluster\n    Properties:\n      ClusterName: !Frobnicate x\n',
      /f0, .*line 5.*Frobnicate/,
    ],
    [
      '{"format":"meshlift.dev/export/v9"}',
      /f0, format: this export is of another version \(meshlift.dev\/export\/v9\)/,
    ],
    ['{"appMesh":{"meshes":{}},"caller":{"account":"1","region":"r"}}', /f0, appMesh.meshes: this should be a list/],
    [
      '{"ecs":{"services":[1]},"caller":{"account":"1","region":"r"}}',
      /f0, ecs.services\[0\]: this should be an object/,
    ],
    [
      '{"ecs":{},"cloudWatch":{"metricAlarms":[1]},"caller":{"account":"1","region":"r"}}',
      /f0, cloudWatch.metricAlarms\[0\]: this should be an object/,
    ],
    ['{"ecs":{},"cloudWatch":[],"caller":{"account":"1","region":"r"}}', /f0, cloudWatch: this should be an object/],
    ['{"appMesh":{}}', /f0, caller: this should be an object with account and region/],
    [
      '{"appMesh":{"virtualServices":[{"meshName":"m"}]},"caller":{"account":"1","region":"r"}}',
      /f0, appMesh.virtualServices\[0\]: this should have a virtualServiceName/,
    ],
    ['{"hello":"world"}', /f0: this is JSON that Meshlift does not know; wanted is an export/],
    ['[]', /f0: this is a list or a value/],
    ['', /f0: the file is empty/],
    ['PK\u0003\u0004\u0000\u0000', /f0: this is a binary file/],
    ['resource "aws_ecs_cluster" "a" {\n}\n', /f0: this is Terraform's configuration/],
    ['apiVersion: meshlift.dev/v1\nkind: MigrationPlan\n', /f0, line 1, column 1: this is a plan and no source/],
    ['hello', /f0: this is nothing that Meshlift knows/],
  ])('%j', async (text, wanted) => {
    const { exitCode, out, err } = await assess([JSON.stringify(shop), text].toReversed());
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(wanted);
  });

  test.each<[string, (exported: typeof shop) => object, RegExp]>([
    [
      'a text where a list is',
      (one) => one.appMesh.virtualNodes[0]?.spec ?? {},
      /virtualNodes\[0\].spec.backends: .* list$/,
    ],
    ['a number where a text is', ({ ecs }) => ecs.services[1] ?? {}, /ecs.services\[1\].clusterArn: .* a text$/],
    [
      'null in a list',
      ({ ecs }) => ecs.taskDefinitions[0]?.taskDefinition ?? {},
      /taskDefinition.volumes\[0\]: .* an object$/,
    ],
    ['an object where a number is', ({ ecs }) => ecs.services[0] ?? {}, /services\[0\].desiredCount: .* a number$/],
  ])('an export with %s is refused with its place', async (_what, of, wanted) => {
    const spoilt = structuredClone(shop);
    const wrong = { backends: 'user.local', clusterArn: 7, volumes: [null], desiredCount: {} };
    const member = Object.keys(wrong).find((name) => wanted.source.includes(name)) as keyof typeof wrong;
    Object.assign(of(spoilt), { [member]: wrong[member] });
    const { exitCode, out, err } = await assess([JSON.stringify(spoilt)]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^Error: f0, /);
    expect(err).toMatch(wanted);
  });

  test('a member that is null is as good as absent', async () => {
    const nulls = structuredClone(shop);
    for (const one of nulls.ecs.services) Object.assign(one, { tags: null, taskSets: null, launchType: null });
    expect((await assess([JSON.stringify(nulls)])).err).toBe('');
  });

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meshlift-sources-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a file of 100 MB, a folder, a file that is not there, and bytes that are no text', async () => {
    const large = join(folder, 'large.json');
    await writeFile(large, '{');
    await truncate(large, 100_000_000);
    const binary = join(folder, 'binary');
    await writeFile(binary, Uint8Array.of(0xff, 0xfe, 0x41));
    for (const [path, wanted] of [
      [large, 'it has 100 MB, and at most 50 MB are read'],
      [folder, 'it is a folder; name the files in it'],
      [join(folder, 'none'), 'there is no such file'],
      [binary, 'this is a binary file, or no UTF-8 text'],
    ] as const) {
      const { exitCode, out, err } = await cli.run(`assess --from ${path}`);
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
      expect(err).toContain(path);
      expect(err).toContain(wanted);
    }
  });

  test('parameters and prices that are none', async () => {
    expect((await assess([JSON.stringify(shop)], '--parameters A=b')).err).toContain('none was given');
    cli.files.set('prices', 'currency: EUR\nvcpuHour: -1\ngigabyteHour: 1');
    const { err } = await cli.run('assess --from f0 --prices prices');
    expect(err).toMatch(/^Error: prices: vcpuHour: /);
  });

  test('of several clusters or meshes one has to be named', async () => {
    const two = structuredClone(shop);
    two.ecs.clusters.push({ clusterName: 'other', clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/other' });
    const { exitCode, err } = await assess([JSON.stringify(two)]);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'Error: there are several: say which with --cluster: other, shop',
    });
    expect((await assess([JSON.stringify(two)], '--cluster shop')).exitCode).toBe(0);
  });

  test('of two meshes of one name that others share, one has to be named with its owner', async () => {
    const two = structuredClone(shop);
    const [mesh] = two.appMesh.meshes;
    two.appMesh.meshes = ['222233334444', '555566667777'].map((meshOwner) => ({
      ...structuredClone(mesh),
      metadata: { meshOwner },
    })) as typeof two.appMesh.meshes;
    for (const list of [two.appMesh.virtualNodes, two.appMesh.virtualServices, two.appMesh.virtualRouters]) {
      for (const one of list) Object.assign(one.metadata ?? {}, { meshOwner: '222233334444' });
    }
    for (const list of [two.appMesh.routes, two.appMesh.virtualGateways, two.appMesh.gatewayRoutes]) list.length = 0;
    const refused = 'Error: there are several: say which with --mesh: shop@222233334444, shop@555566667777';
    expect((await assess([JSON.stringify(two)], '--mesh shop')).err).toBe(refused);
    expect((await assess([JSON.stringify(two)])).err).toBe(refused);
    expect((await assess([JSON.stringify(two)], '--mesh shop@222233334444')).err).toBe('');
  });
});

test('no name and no message moves a cursor', async () => {
  const evil = JSON.stringify(shop).replaceAll('"meshName":"shop"', String.raw`"meshName":"shop\u001b[2J\n\u0007"`);
  const { err } = await assess([evil], '--mesh none');
  const { out } = await assess([evil], '--cluster shop -o markdown');
  const missing = await cli.run('init --from f0 --entry \u001b[2J');
  expect(out).toContain('shop');
  expect(missing.err).toContain('Error: ');
  expect(out + err + missing.err).not.toMatch(/[^\P{Cc}\n]/u);
});

test('a node whose service is missing is told, and the rest is assessed', async () => {
  const missing = structuredClone(shop);
  missing.ecs.services = missing.ecs.services.filter((one) => one.serviceName !== 'stock-api');
  const { services, calls } = await shown([JSON.stringify(missing)]);
  expect(services.map((one) => one.name)).toEqual(['frontend', 'user-api']);
  expect(calls.map((one) => one.name)).toContain('stock.local');
});

const essence = ({ services, calls, waves, findings }: Shown) => ({
  services: services.map((one) => one.name),
  calls: calls.map(({ from, to, name, port }) => ({ from, to, name, port })),
  waves,
  codes: [...new Set(findings.map((one) => one.code))].filter((code) => !code.startsWith('OPS_UNDER_')).toSorted(),
});

const { errors: _errors, ...clean } = shop;
const SOURCES: [string, string][] = [
  ['a Terraform state', JSON.stringify(terraformStateOf(shop))],
  ['a CloudFormation template', JSON.stringify(asTemplate(shop))],
];

test.each(SOURCES)('%s gives the same as the export', async (_name, text) => {
  const wanted = essence(await shown([JSON.stringify({ ...clean, errors: [] })]));
  expect(wanted.waves).toEqual([['stock-api', 'user-api'], ['frontend']]);
  const told = await shown([text]);
  const codes = told.gaps.some((gap) => gap.kind === 'unresolved' && gap.message.includes('account'))
    ? // A template alone does not tell its account, and so no ARN of a task's role; that is among the gaps.
      wanted.codes.filter((code) => code !== 'ECS_ROLE_CLEANUP')
    : wanted.codes;
  expect(essence(told)).toEqual({ ...wanted, codes });
});

test.each(SOURCES)(
  'App Mesh gone: %s beside a live reading tells the mesh, marked as recorded',
  async (_name, text) => {
    const gone = JSON.stringify(withoutAppMesh(shop));
    const alone = await shown([gone]);
    expect(alone.findings.map((one) => one.code)).toContain('CALL_GRAPH_GUESSED');
    const both = await shown([gone, text]);
    expect(both.findings.map((one) => one.code)).not.toContain('CALL_GRAPH_GUESSED');
    expect(both.services.map((one) => one.name)).toEqual(['frontend', 'stock-api', 'user-api']);
    expect(essence(both).calls).toEqual(essence(await shown([JSON.stringify(shop)])).calls);
    const { out } = await assess([gone, text]);
    expect(out).toContain('App Mesh could not be reached');
    expect(out).toContain('(recorded)');
  },
);
