import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor, wholeEstateOf } from '../../test/fixtures/estates.ts';
import type { EstateExport } from '../estate/export.ts';
import { assess } from './assess.ts';
import { reportOn } from './report/reportOn.ts';

const SHOP = '01-simple-three-tier';

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
