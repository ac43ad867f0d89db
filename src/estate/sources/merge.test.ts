import { describe, expect, test } from 'vitest';
import { withAlarms } from '../../../test/fixtures/alarms.ts';
import { estateOf, exportOf, planFor, withoutAppMesh } from '../../../test/fixtures/estates.ts';
import { terraformStateOf } from '../../../test/fixtures/terraformState.ts';
import { assess } from '../../assess/assess.ts';
import { reportOn } from '../../assess/report/reportOn.ts';
import { buildStack } from '../../assess/stack.ts';
import type { EstateExport } from '../export.ts';
import { keyOf, objectsOf } from '../identity.ts';
import { mergeReadings } from './merge.ts';
import type { SourceKind, SourceReading } from './reading.ts';
import { readTerraformState } from './terraform/readTerraform.ts';

const SHOP = '01-simple-three-tier';

const reading = (exported: EstateExport, source: SourceKind, where: string): SourceReading => ({
  source,
  where,
  exported,
  unresolved: [],
});

const ANSWERED = { state: 'read', why: 'App Mesh described the mesh shop.' } as const;

const live = (exported: EstateExport = { appMeshAnswer: ANSWERED, ...exportOf(SHOP) }): SourceReading =>
  reading(exported, 'live', '111122223333/eu-west-1');

/** The state that Terraform would have, after a change to what it tells. */
function state(change: (exported: EstateExport) => void = () => {}, where = 'infra.tfstate'): SourceReading {
  const exported = exportOf(SHOP);
  change(exported);
  return readTerraformState(JSON.stringify(terraformStateOf(exported)), where);
}

const serviceIn = (exported: EstateExport, name: string) =>
  exported.ecs.services.find((one) => one.serviceName === name);

function changed<Item>(item: Item | undefined, change: (item: Item) => void): void {
  if (item === undefined) throw new Error('the fixture has changed');
  change(item);
}

describe('one reading', () => {
  test('is what it was, and every object says where it was read', () => {
    const merged = mergeReadings([state()]);
    expect(objectsOf(merged).map((one) => one.value)).toEqual(objectsOf(state().exported).map((one) => one.value));
    for (const object of objectsOf(merged)) {
      expect(merged.readFrom?.[keyOf(object, merged.caller)]).toMatchObject({
        source: 'terraformState',
        where: 'infra.tfstate',
      });
    }
    expect(merged.differences).toBeUndefined();
  });

  test('none at all is an empty export', () => {
    expect(objectsOf(mergeReadings([]))).toEqual([]);
  });
});

/** Who makes the service `user-api` again, as these readings together tell it. */
const ownerIn = (...given: SourceReading[]) =>
  reportOn(estateOf(SHOP, mergeReadings(given))).services.find((one) => one.name === 'user-api')?.managedBy;

describe('infrastructure-as-code behind a better source', () => {
  /** What the service's tags say, which is all that there is where no file declares it. */
  const BY_TAG = { tool: 'cloudFormation', address: 'shop-services' };

  test('still says what it calls a service, whatever the order', () => {
    const owner = { tool: 'terraform', address: expect.stringMatching(/^aws_ecs_service\./) };
    expect(ownerIn(live())).toEqual(BY_TAG);
    expect(ownerIn(live(), state())).toEqual(owner);
    expect(ownerIn(state(), live())).toEqual(owner);
    expect(ownerIn(state())).toEqual(owner);
  });

  test('but a data source makes nothing', () => {
    const read = state();
    for (const from of Object.values(read.exported.readFrom ?? {})) from.address = `module.shop.data.${from.address}`;
    expect(ownerIn(live(), read)).toEqual(BY_TAG);
    expect(ownerIn(read)).toEqual(BY_TAG);
  });
});

const tagged = (tags: Record<string, { Key: string; Value: string }[]> | undefined): SourceReading => {
  const read = live();
  if (tags !== undefined) read.exported.elbv2.tags = tags;
  return read;
};

describe('tags of load balancers', () => {
  const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/1';

  test('are the best source’s that read any, and stay unread where none did', () => {
    const first = { [ARN]: [{ Key: 'team', Value: 'shop' }] };
    const second = { [ARN]: [{ Key: 'team', Value: 'edge' }] };
    expect(mergeReadings([tagged(first), tagged(second)]).elbv2.tags).toEqual(first);
    expect(mergeReadings([tagged(undefined), tagged(second)]).elbv2.tags).toEqual(second);
    expect(mergeReadings([tagged(undefined)]).elbv2.tags).toBeUndefined();
  });
});

describe('live APIs and the state that made it all', () => {
  test('make the estate that the APIs tell, and agree', () => {
    const merged = mergeReadings([state(), live()]);
    expect(merged.differences).toBeUndefined();
    expect(objectsOf(merged).map((one) => one.value)).toEqual(objectsOf(live().exported).map((one) => one.value));
    expect(new Set(Object.values(merged.readFrom ?? {}).map((one) => one.source))).toEqual(new Set(['live']));
    expect(merged.appMeshAnswer).toEqual(ANSWERED);
  });

  test('what they disagree on is told with both, and the APIs are believed, whole', () => {
    const merged = mergeReadings([
      state((exported) => {
        changed(serviceIn(exported, 'user-api'), (service) => {
          service.desiredCount = 2;
          service.platformVersion = '1.3.0';
        });
        changed(exported.appMesh.routes[0]?.spec?.httpRoute?.action?.weightedTargets?.[0], (target) => {
          target.weight = 90;
        });
      }),
      live(),
    ]);
    expect(serviceIn(merged, 'user-api')).toEqual(serviceIn(exportOf(SHOP), 'user-api'));
    const from = { source: 'terraformState', where: 'infra.tfstate' };
    const now = { source: 'live', where: '111122223333/eu-west-1' };
    expect(merged.differences).toEqual([
      {
        object: 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualRouter/user-vr/route/all',
        name: 'route shop/user-vr/all',
        member: 'spec.httpRoute.action.weightedTargets',
        told: [
          { ...now, value: [{ virtualNode: 'user-vn', weight: 100, port: 8080 }] },
          { ...from, address: 'aws_appmesh_route.r0', value: [{ virtualNode: 'user-vn', weight: 90, port: 8080 }] },
        ],
      },
      {
        object: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/user-api',
        name: 'service shop/user-api',
        member: 'desiredCount',
        told: [
          { ...now, value: 3 },
          { ...from, address: 'aws_ecs_service.r1', value: 2 },
        ],
      },
      {
        object: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/user-api',
        name: 'service shop/user-api',
        member: 'platformVersion',
        told: [
          { ...now, value: 'LATEST' },
          { ...from, address: 'aws_ecs_service.r1', value: '1.3.0' },
        ],
      },
    ]);
  });

  test('a part of a specification that only one has is a difference too', () => {
    const merged = mergeReadings([
      state((exported) => changed(exported.appMesh.routes[0]?.spec?.httpRoute, (route) => delete route.timeout)),
      live(),
    ]);
    expect(merged.differences).toMatchObject([{ member: 'spec.httpRoute.timeout' }]);
    expect(merged.differences?.[0]?.told[0]).toHaveProperty('value', { perRequest: { value: 10, unit: 's' } });
    expect(merged.differences?.[0]?.told[1]).not.toHaveProperty('value');
  });

  test('what the APIs would have told and do not is gone', () => {
    const without = exportOf(SHOP);
    without.ecs.services = without.ecs.services.filter((one) => one.serviceName !== 'user-api');
    const merged = mergeReadings([state(), live({ appMeshAnswer: ANSWERED, ...without })]);
    expect(serviceIn(merged, 'user-api')).toBeUndefined();
    expect(merged.differences).toEqual([
      {
        object: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/user-api',
        name: 'service shop/user-api',
        member: '',
        told: [
          { source: 'live', where: '111122223333/eu-west-1' },
          { source: 'terraformState', where: 'infra.tfstate', address: 'aws_ecs_service.r1', value: true },
        ],
      },
    ]);
  });

  test.each([
    ['an export, which is as old as a file', (one: EstateExport) => reading(one, 'export', 'export.json')],
    [
      'APIs of which one call failed',
      (one: EstateExport) =>
        live({ ...one, errors: [{ call: 'ecs:DescribeServices', code: 'AccessDeniedException', message: 'no' }] }),
    ],
  ])('but not by the word of %s', (_what, better) => {
    const without = exportOf(SHOP);
    without.ecs.services = without.ecs.services.filter((one) => one.serviceName !== 'user-api');
    const merged = mergeReadings([state(), better({ appMeshAnswer: ANSWERED, ...without })]);
    expect(serviceIn(merged, 'user-api')).toMatchObject({ desiredCount: 3 });
    expect(merged.readFrom?.[serviceIn(merged, 'user-api')?.serviceArn ?? '']?.source).toBe('terraformState');
  });

  test('another cluster, of which the APIs were not asked, stays', () => {
    const other = 'arn:aws:ecs:eu-west-1:111122223333:cluster/other';
    const merged = mergeReadings([
      state((exported) => {
        const [service] = structuredClone(exported.ecs.services);
        exported.ecs.services = [
          { ...service, clusterArn: other, serviceArn: 'arn:aws:ecs:eu-west-1:1:service/other/x' },
        ];
      }),
      live(),
    ]);
    expect(merged.ecs.services.map((one) => one.clusterArn)).toContain(other);
  });
});

const scalableTarget = (ResourceId: string) => ({
  ServiceNamespace: 'ecs' as const,
  ResourceId,
  ScalableDimension: 'ecs:service:DesiredCount' as const,
  MinCapacity: 1,
  MaxCapacity: 4,
  RoleARN: '',
  CreationTime: '',
});

test('scaling of another cluster, whose name ends as that of the cluster that was asked, stays', () => {
  const none = { targets: [], policies: [], scheduledActions: [] };
  const targets = ['service/shop/frontend', 'service/workshop/frontend'].map(scalableTarget);
  const told = reading({ ...exportOf(SHOP), autoScaling: { ...none, targets } }, 'terraformState', 'infra.tfstate');
  const merged = mergeReadings([live({ ...exportOf(SHOP), autoScaling: none }), told]);
  expect(merged.autoScaling?.targets.map((one) => one.ResourceId)).toEqual(['service/workshop/frontend']);
});

describe('App Mesh gone, and a state that still has the mesh', () => {
  const gone = withoutAppMesh(exportOf(SHOP));
  const merged = mergeReadings([live(gone), state()]);
  const estate = estateOf(SHOP, merged);

  test('the answer says both', () => {
    expect(estate.mesh.answer).toEqual({
      state: 'unreachable',
      why: 'App Mesh did not answer (ENOTFOUND). But the mesh shop is as infra.tfstate has it.',
    });
  });

  test('names and calls are the state’s: recorded, and by its addresses', () => {
    expect(estate.edges.map((edge) => `${edge.from} -> ${edge.to} (${edge.virtualService}:${edge.port})`)).toEqual(
      estateOf(SHOP).edges.map((edge) => `${edge.from} -> ${edge.to} (${edge.virtualService}:${edge.port})`),
    );
    expect(estate.edges.map((edge) => [edge.certainty, edge.readFrom?.address])).toEqual([
      ['recorded', 'aws_appmesh_virtual_node.r0'],
      ['recorded', 'aws_appmesh_virtual_node.r0'],
    ]);
    expect(estate.services.map((one) => [one.readFrom?.source, one.virtualNode?.certainty])).toEqual([
      ['live', 'certain'],
      ['live', 'certain'],
      ['live', 'certain'],
    ]);
    expect(estate.virtualServices.map((one) => [one.name, one.readFrom?.address])).toEqual([
      ['frontend.local', 'aws_appmesh_virtual_service.r0'],
      ['stock.local', 'aws_appmesh_virtual_service.r2'],
      ['user.local', 'aws_appmesh_virtual_service.r1'],
    ]);
  });

  test('no call is to be confirmed, the findings of the mesh are there, and the mesh is not deleted', () => {
    const assessment = assess(planFor(SHOP, { accept: ['OPS_UNDER_TERRAFORM'] }), estate);
    const codes = assessment.findings.map((one) => one.code);
    expect(assessment.refusals).toEqual([]);
    expect(codes).toContain('MESH_EGRESS_ALLOW_ALL');
    expect(codes).not.toContain('CALL_GRAPH_GUESSED');
    const { retire } = buildStack(planFor(SHOP), estate, assessment, 1);
    expect(retire.mesh).toEqual([]);
    expect(retire.meshSkipped).toContain('App Mesh did not answer');
  });

  test('without the state the calls are guesses again', () => {
    const alone = estateOf(SHOP, mergeReadings([live(gone)]));
    expect(alone.mesh.answer.why).toBe('App Mesh did not answer (ENOTFOUND).');
    expect(new Set(alone.edges.map((edge) => edge.certainty))).toEqual(new Set(['guess']));
    expect(assess(planFor(SHOP), alone).findings.map((one) => one.code)).toContain('CALL_GRAPH_GUESSED');
  });
});

test('files alone: the answer says that App Mesh was not asked', () => {
  expect(mergeReadings([state()]).appMeshAnswer).toEqual({
    state: 'read',
    why: 'App Mesh was not asked: the mesh shop is as infra.tfstate has it.',
  });
});

const node = (mode: string, where: string) => {
  const attributes = {
    arn: 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/user',
    name: 'user',
    mesh_name: 'shop',
    spec: [],
  };
  const resources = [{ mode, type: 'aws_appmesh_virtual_node', name: 'n', instances: [{ attributes }] }];
  return readTerraformState(JSON.stringify({ version: 4, resources }), where);
};
const winner = (...given: SourceReading[]) => Object.values(mergeReadings(given).readFrom ?? {})[0]?.where;

describe('several files', () => {
  test('of one kind are put together', () => {
    const mesh = state((exported) => {
      exported.ecs = { clusters: [], services: [], taskDefinitions: [] };
    }, 'mesh.tfstate');
    const services = state((exported) => Object.assign(exported, { appMesh: withoutAppMesh(exported).appMesh }), 'ecs');
    const merged = mergeReadings([mesh, services]);
    expect(estateOf(SHOP, merged).edges).toHaveLength(2);
    expect(merged.readFrom?.['arn:aws:appmesh:eu-west-1:111122223333:mesh/shop']?.where).toBe('mesh.tfstate');
    expect(merged.readFrom?.['arn:aws:ecs:eu-west-1:111122223333:cluster/shop']?.where).toBe('ecs');
  });

  test('the first is believed, but a data source never before the resource that made the object', () => {
    expect(winner(node('data', 'a'), node('managed', 'b'))).toBe('b');
    expect(winner(node('managed', 'a'), node('data', 'b'))).toBe('a');
    expect(winner(node('managed', 'a'), node('managed', 'b'))).toBe('a');
  });

  test('an object without an ARN is the one with the same names', () => {
    const template = exportOf(SHOP);
    for (const service of template.ecs.services) delete service.serviceArn;
    for (const node of template.appMesh.virtualNodes) node.metadata = undefined;
    const merged = mergeReadings([reading(template, 'cloudFormation', 'shop.yaml'), state()]);
    expect(merged.ecs.services.map((one) => one.serviceArn)).not.toContain(undefined);
    expect(merged.ecs.services).toHaveLength(3);
    expect(merged.appMesh.virtualNodes).toHaveLength(3);
  });

  test('what a better source tells is not open any more', () => {
    const open: SourceReading = {
      ...state(),
      unresolved: [
        { place: 'aws_ecs_service.r1.task_definition', why: 'It names a family.' },
        { place: 'aws_ecs_service.r10.task_definition', why: 'It names a family.' },
      ],
    };
    expect(mergeReadings([open, live()]).unresolved).toEqual([
      {
        place: 'aws_ecs_service.r10.task_definition',
        why: 'It names a family.',
        source: 'terraformState',
        where: 'infra.tfstate',
      },
    ]);
    expect(mergeReadings([open]).unresolved).toHaveLength(2);
  });
});

const toldAlarms = (change: (exported: ReturnType<typeof withAlarms>) => void = () => {}): EstateExport => {
  const exported = withAlarms({ appMeshAnswer: ANSWERED, ...exportOf(SHOP) });
  change(exported);
  return exported;
};

const storedAlarms = (change?: Parameters<typeof toldAlarms>[0]): SourceReading =>
  readTerraformState(JSON.stringify(terraformStateOf(toldAlarms(change))), 'infra.tfstate');

const alarmNames = ({ cloudWatch }: EstateExport) =>
  cloudWatch === undefined
    ? undefined
    : [...cloudWatch.metricAlarms, ...cloudWatch.compositeAlarms].map((one) => one.AlarmName);

describe('alarms', () => {
  test('that no source tells of are not told, and an answer without any is one', () => {
    expect(alarmNames(mergeReadings([state(), live()]))).toBeUndefined();
    const answered = { ...exportOf(SHOP), cloudWatch: { metricAlarms: [], compositeAlarms: [] } };
    expect(alarmNames(mergeReadings([state(), live(answered)]))).toEqual([]);
  });

  test('that CloudWatch and a state both tell of are one, and what they differ in is said', () => {
    expect(mergeReadings([storedAlarms(), live(toldAlarms())]).differences).toBeUndefined();
    const merged = mergeReadings([
      storedAlarms(({ cloudWatch }) => {
        changed(cloudWatch.metricAlarms[0], (alarm) => (alarm.TreatMissingData = 'breaching'));
      }),
      live(toldAlarms()),
    ]);
    expect(merged.cloudWatch).toEqual(toldAlarms().cloudWatch);
    expect(merged.differences).toMatchObject([
      {
        name: 'metricAlarm entry-cpu',
        member: 'TreatMissingData',
        told: [{ value: 'missing' }, { value: 'breaching' }],
      },
    ]);
  });

  test('that CloudWatch would have told of are gone; those that it was not asked for may be there', () => {
    const fewer = toldAlarms((exported) => {
      exported.cloudWatch.metricAlarms = exported.cloudWatch.metricAlarms.filter(
        (one) => one.AlarmName !== 'entry-slow',
      );
      exported.cloudWatch.compositeAlarms = exported.cloudWatch.compositeAlarms.filter(
        (one) => one.AlarmName !== 'page',
      );
    });
    const more = storedAlarms((exported) => {
      const [first] = exported.cloudWatch.metricAlarms;
      exported.cloudWatch.metricAlarms.push({
        ...first,
        AlarmName: 'database',
        AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:database',
        Namespace: 'AWS/RDS',
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'shop' }],
      });
    });
    const merged = mergeReadings([more, live(fewer)]);
    expect(alarmNames(merged)).toEqual(['entry-cpu', 'entry-running', 'users-errors', 'database', 'entry-any']);
    expect(merged.differences?.map(({ name, member }) => `${name}${member}`)).toEqual([
      'metricAlarm entry-slow',
      'compositeAlarm page',
    ]);
    expect(alarmNames(mergeReadings([more, live()]))).toHaveLength(7);
  });
});
