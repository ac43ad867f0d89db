import type { EstateExport, ReadFrom } from './export.ts';
import { keyOf, objectsOf } from './identity.ts';
import type { BlueService, Certainty, Estate, Provenance } from './model.ts';

/** What a file records is exact and may be old; a guess stays one. */
function dated(certainty: Certainty, from: ReadFrom): Certainty {
  if (certainty === 'guess') return 'guess';
  switch (from.source) {
    case 'live':
    case 'export':
      return certainty;
    case 'terraformState':
    case 'cloudFormation':
    case 'kubernetes':
    case 'taskDefinitions':
      return 'recorded';
  }
}

function withOrigin<Fact extends Provenance>(fact: Fact, from: ReadFrom | undefined): Fact {
  return from === undefined ? fact : { ...fact, certainty: dated(fact.certainty, from), readFrom: from };
}

/**
 * The estate whose facts say which source told them, where the export comes from several, or from a file: each by the object that
 * it was read from. A fact that stands on several objects names the one that it was read from first.
 */
export function withOrigins(estate: Estate, exported: EstateExport): Estate {
  const { readFrom } = exported;
  if (readFrom === undefined) return estate;
  const origins = new Map<object, ReadFrom | undefined>(
    objectsOf(exported).map((object) => [object.value, readFrom[keyOf(object, exported.caller)]]),
  );
  const originOf = (value: object | undefined): ReadFrom | undefined =>
    value === undefined ? undefined : origins.get(value);

  const nodeOf = ({ virtualNode }: BlueService): object | undefined =>
    exported.appMesh.virtualNodes.find(
      (one) => one.meshName === virtualNode?.meshName && one.virtualNodeName === virtualNode?.name,
    );
  const gatewayOf = ({ virtualGateway }: BlueService): object | undefined =>
    exported.appMesh.virtualGateways.find(
      (one) => one.meshName === virtualGateway?.meshName && one.virtualGatewayName === virtualGateway?.name,
    );
  const taskDefinitionOf = ({ taskDefinition }: BlueService): object | undefined =>
    exported.ecs.taskDefinitions.find((one) => one.taskDefinition === taskDefinition);
  const registryOf = ({ registries }: BlueService): object | undefined =>
    exported.serviceDiscovery.services.find((one) => one.Id === registries[0]?.cloudMapServiceId);

  /** Where a fact about a service was read, by the kind of source that it names. */
  function ofService(service: BlueService | undefined, { source }: Provenance): ReadFrom | undefined {
    if (service === undefined) return undefined;
    switch (source) {
      case 'appMesh':
        return originOf(nodeOf(service)) ?? originOf(gatewayOf(service));
      case 'taskDefinition':
      case 'environment':
        return originOf(taskDefinitionOf(service));
      case 'cloudMap':
        return originOf(registryOf(service));
      case 'ecs':
      case 'elbv2':
      case 'autoScaling':
        return originOf(service.service);
    }
  }

  const byName = new Map(estate.services.map((service) => [service.name, service]));
  const services = estate.services.map((service): BlueService => {
    const { virtualNode, virtualGateway, outsideCalls } = service;
    const from = originOf(service.kubernetes === undefined ? service.service : (nodeOf(service) ?? gatewayOf(service)));
    return {
      ...service,
      ...(from === undefined ? {} : { readFrom: from }),
      virtualNode: virtualNode === undefined ? undefined : withOrigin(virtualNode, ofService(service, virtualNode)),
      ...(virtualGateway === undefined
        ? {}
        : { virtualGateway: withOrigin(virtualGateway, ofService(service, virtualGateway)) }),
      listeners: service.listeners.map((one) => withOrigin(one, ofService(service, one))),
      ...(outsideCalls === undefined
        ? {}
        : { outsideCalls: outsideCalls.map((one) => withOrigin(one, ofService(service, one))) }),
    };
  });
  const inMesh = (one: { meshName: string | undefined }): boolean => one.meshName === estate.mesh.name;
  const meshServices = new Map(
    exported.appMesh.virtualServices.filter(inMesh).map((one) => [one.virtualServiceName, one]),
  );
  // A mesh that another account shares may be told by what is in it alone.
  const { meshes, virtualNodes, virtualServices } = exported.appMesh;
  const mesh = originOf([...meshes, ...virtualNodes, ...virtualServices].find(inMesh));
  const { differences, unresolved } = exported;
  return {
    ...estate,
    mesh: { ...estate.mesh, ...(mesh === undefined ? {} : { readFrom: mesh }) },
    services,
    virtualServices: estate.virtualServices.map((one) => {
      const own = one.source === 'appMesh' ? originOf(meshServices.get(one.name)) : undefined;
      return withOrigin(one, own ?? ofService(byName.get(one.targets[0]?.service ?? ''), one));
    }),
    edges: estate.edges.map((edge) => withOrigin(edge, ofService(byName.get(edge.from), edge))),
    readFrom,
    ...(differences === undefined ? {} : { differences }),
    ...(unresolved === undefined ? {} : { unresolved }),
  };
}
