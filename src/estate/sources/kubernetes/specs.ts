import type { Plain } from '../documents.ts';
import { Unknown, type Value } from '../shapes/shape.ts';
import { awsNameOf, type Cluster, type MeshKind } from './cluster.ts';
import { isMembers, type Manifest, membersOf, textOf } from './manifests.ts';

/** What the controller refers to by object or by ARN, and App Mesh by name. */
const REFERENCES: Readonly<Record<string, { kind: MeshKind; member: string }>> = {
  virtualNode: { kind: 'VirtualNode', member: 'virtualNodeName' },
  virtualRouter: { kind: 'VirtualRouter', member: 'virtualRouterName' },
  virtualService: { kind: 'VirtualService', member: 'virtualServiceName' },
};

const OTHERWISE: Readonly<Record<string, string>> = {
  certificateARN: 'certificateArn',
  certificateAuthorityARNs: 'certificateAuthorityArns',
  meshServiceDiscovery: 'serviceDiscovery',
};

/** A resource's name in its ARN: all after its kind, since a name may not hold a slash but a route's ARN goes on. */
const nameInArn = (arn: string, kind: MeshKind): string | Unknown => {
  const marker = `/${kind.charAt(0).toLowerCase()}${kind.slice(1)}/`;
  const at = arn.indexOf(marker);
  return at < 0 ? new Unknown(`It should be the ARN of a ${kind}.`, arn) : arn.slice(at + marker.length);
};

/**
 * A part of an object's `spec` as App Mesh has it: references are names, ARNs are spelled as in the SDK. An object that a
 * reference names and that is not there is unknown, since its `awsName` is.
 */
export function inAppMesh(cluster: Cluster, from: Manifest, value: Plain, within = ''): Value {
  if (Array.isArray(value)) return value.map((item) => inAppMesh(cluster, from, item, within));
  if (!isMembers(value)) return value;
  const memberOf = (name: string, item: Plain): [string, Value] => {
    const [, stem = '', form] = /^(\w+?)(Ref|ARN)$/.exec(name) ?? [];
    const reference = Object.hasOwn(REFERENCES, stem) ? REFERENCES[stem] : undefined;
    if (reference === undefined) {
      const spelled = Object.hasOwn(OTHERWISE, name) ? OTHERWISE[name] : undefined;
      return [spelled ?? name, inAppMesh(cluster, from, item, name)];
    }
    const { kind, member } = reference;
    const found = form === 'Ref' ? cluster.referred(kind, membersOf(item), from) : nameInArn(textOf(item) ?? '', kind);
    // A weighted target has the node's name under another member than a provider has.
    const target = within === 'weightedTargets' ? stem : member;
    return [target, typeof found === 'string' || found instanceof Unknown ? found : awsNameOf(found)];
  };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => memberOf(name, item)));
}

/** The backends of a node's groups, in the order of its `backendGroups`. */
export function groupedBackends(cluster: Cluster, node: Manifest): Value[] {
  const groups = node.spec['backendGroups'];
  return (Array.isArray(groups) ? groups : []).flatMap((one): Value[] => {
    const group = cluster.referred('BackendGroup', membersOf(one), node);
    if (group instanceof Unknown) return [group];
    const services = group.spec['virtualservices'];
    return (Array.isArray(services) ? services : []).map((service) => {
      const found = cluster.referred('VirtualService', membersOf(service), group);
      return { virtualService: { virtualServiceName: found instanceof Unknown ? found : awsNameOf(found) } };
    });
  });
}
