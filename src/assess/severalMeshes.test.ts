import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor, wholeEstateOf, withoutAppMesh } from '../../test/fixtures/estates.ts';
import type { EstateExport } from '../estate/export.ts';
import { readWholeEstate } from '../estate/fromExport.ts';
import { mergeReadings } from '../estate/sources/merge.ts';
import { assess } from './assess.ts';
import { reportOn } from './report/reportOn.ts';

const SHOP = '01-simple-three-tier';

const ownersOf = ({ appMesh }: EstateExport): (string | undefined)[] =>
  appMesh.meshes.map((one) => one.metadata?.meshOwner);

/** The shop, and beside stock-api a service `other` like it whose Envoy says this of itself. */
function withAnother(resource: string): EstateExport {
  const exported = exportOf(SHOP);
  const { services, taskDefinitions } = exported.ecs;
  const service = structuredClone(services.find((one) => one.serviceName === 'stock-api'));
  const described = structuredClone(
    taskDefinitions.find((one) => one.taskDefinition.taskDefinitionArn === service?.taskDefinition),
  );
  if (service === undefined || described === undefined) throw new Error('the fixture lost stock-api');
  const arn = `${service.taskDefinition ?? ''}99`;
  const variables = described.taskDefinition.containerDefinitions?.flatMap((one) => one.environment ?? []) ?? [];
  for (const one of variables) if (one.name === 'APPMESH_RESOURCE_ARN') one.value = resource;
  described.taskDefinition.taskDefinitionArn = arn;
  services.push({
    ...service,
    serviceName: 'other',
    serviceArn: (service.serviceArn ?? '').replace(/[^/]*$/, 'other'),
    taskDefinition: arn,
    serviceRegistries: [],
  });
  taskDefinitions.push(described);
  return exported;
}

describe.each([
  ['of another name', 'mesh/other/virtualNode/stock-vn', 'other'],
  ['of the same name that another account shares', 'mesh/shop@999988887777/virtualNode/stock-vn', 'shop@999988887777'],
  ['of another name, as a gateway', 'mesh/other/virtualGateway/edge', 'other'],
  [
    'of the same name that another account shares, as a gateway',
    'mesh/shop@999988887777/virtualGateway/edge',
    'shop@999988887777',
  ],
])('a service of a mesh %s', (_, resource, mesh) => {
  const exported = withAnother(resource);

  test('is of that mesh', () => {
    const other = estateOf(SHOP, exported).services.find((one) => one.name === 'other');
    expect((other?.virtualNode ?? other?.virtualGateway)?.meshName).toBe(mesh);
  });

  test('adds nothing to what is found of this one, and no plan moves it', () => {
    const alone = reportOn(wholeEstateOf(SHOP));
    const report = reportOn(wholeEstateOf(SHOP, exported));
    expect(report.findings).toEqual(alone.findings);
    expect(report.waves).toEqual(alone.waves);
    expect(report.proposals).toEqual(alone.proposals);
    const { virtualNode, green } = report.services.find((one) => one.name === 'other') ?? {};
    expect([virtualNode, green]).toEqual([undefined, undefined]);
    expect(assess(planFor(SHOP), estateOf(SHOP, exported)).findings).toEqual(
      assess(planFor(SHOP), estateOf(SHOP)).findings,
    );
  });
});

test("a name without an owner is of the mesh of the task's own account", () => {
  const exported = withAnother('mesh/shop/virtualNode/stock-vn');
  const other = exported.ecs.services.find((one) => one.serviceName === 'other');
  if (other === undefined) throw new Error('it was just added');
  other.serviceArn = other.serviceArn?.replace(/:\d{12}:/, ':999988887777:');
  const found = estateOf(SHOP, exported).services.find((one) => one.name === 'other');
  expect(found?.virtualNode?.meshName).toBe('shop@999988887777');
});

describe('two meshes of one name in one export', () => {
  const THEIRS = '999988887777';

  /** The shop, and another account's `shop` whose stock-vn listens elsewhere and which `other` runs in. */
  function withNamesake(): EstateExport {
    const exported = withAnother(`mesh/shop@${THEIRS}/virtualNode/stock-vn`);
    const { appMesh } = exported;
    const [mesh] = appMesh.meshes;
    const node = appMesh.virtualNodes.find((one) => one.virtualNodeName === 'stock-vn');
    if (mesh === undefined || node === undefined) throw new Error('the fixture lost its mesh');
    const theirs = <Item extends { metadata: unknown }>(one: Item): Item => ({
      ...structuredClone(one),
      metadata: { ...(one.metadata as object), arn: undefined, meshOwner: THEIRS, resourceOwner: THEIRS },
    });
    const listeners = [{ portMapping: { port: 9999, protocol: 'http' as const } }, ...(node.spec?.listeners ?? [])];
    // Before the account's own, where a look-up by name alone would find them.
    appMesh.meshes.unshift({ ...theirs(mesh), spec: { egressFilter: { type: 'ALLOW_ALL' } } });
    appMesh.virtualNodes.unshift({ ...theirs(node), spec: { ...node.spec, listeners } });
    return exported;
  }

  test("by the name alone it is the account's own, as if the other were not there", () => {
    const alone = reportOn(wholeEstateOf(SHOP));
    const { findings, calls, waves } = reportOn(wholeEstateOf(SHOP, withNamesake()));
    expect({ findings, calls, waves }).toEqual({ findings: alone.findings, calls: alone.calls, waves: alone.waves });
    const ours = assess(planFor(SHOP), estateOf(SHOP, withNamesake()));
    expect(ours).toEqual(assess(planFor(SHOP), estateOf(SHOP)));
  });

  test("with its owner it is the other account's, and nothing of the own", () => {
    const estate = readWholeEstate(withNamesake(), 'shop', `shop@${THEIRS}`);
    expect(estate.mesh).toMatchObject({ name: 'shop', owner: THEIRS, spec: { egressFilter: { type: 'ALLOW_ALL' } } });
    const report = reportOn(estate);
    const meshed = report.services.filter((one) => one.virtualNode !== undefined);
    expect(meshed.map((one) => one.name)).toEqual(['other']);
    expect(estate.services.find((one) => one.name === 'other')?.listeners.map((one) => one.port)).toContain(9999);
    expect(report.findings.map((one) => one.code)).toContain('MESH_SHARED');
  });

  test('with App Mesh gone, what tasks say keeps them apart', () => {
    const exported = withoutAppMesh(withAnother(`mesh/shop@${THEIRS}/virtualNode/stock-vn`));
    const meshed = (mesh: string): string[] =>
      reportOn(readWholeEstate(exported, 'shop', mesh))
        .services.filter((one) => one.virtualNode !== undefined)
        .map((one) => one.name);
    expect(meshed('shop')).toEqual(['frontend', 'stock-api', 'user-api']);
    expect(meshed(`shop@${THEIRS}`)).toEqual(['other']);
  });

  test('merging keeps both', () => {
    const exported = withNamesake();
    const merged = mergeReadings([{ source: 'export', where: 'shop.json', exported, unresolved: [] }]);
    expect(ownersOf(merged)).toEqual(ownersOf(exported));
  });
});
