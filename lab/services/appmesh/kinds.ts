/** The kinds of resource that App Mesh has, by the member that carries one in an answer. */
export type Kind =
  | 'mesh'
  | 'virtualNode'
  | 'virtualService'
  | 'virtualRouter'
  | 'route'
  | 'virtualGateway'
  | 'gatewayRoute';

export interface KindShape {
  kind: Kind;
  /** As in operations and messages: `CreateVirtualNode`, "VirtualNode with name …". */
  title: string;
  /** As in `ListVirtualNodes`. */
  plural: string;
  /** The member with the resource's name. */
  nameMember: string;
  /** The member with the list's items. */
  listMember: string;
  /** The kind that it lives in, apart from the mesh. */
  parent: Kind | undefined;
  isSpecRequired: boolean;
}

export const KINDS: Readonly<Record<Kind, KindShape>> = {
  mesh: shape('mesh', 'Mesh', 'Meshes', 'meshes', { isSpecRequired: false }),
  virtualNode: shape('virtualNode', 'VirtualNode', 'VirtualNodes', 'virtualNodes'),
  virtualService: shape('virtualService', 'VirtualService', 'VirtualServices', 'virtualServices'),
  virtualRouter: shape('virtualRouter', 'VirtualRouter', 'VirtualRouters', 'virtualRouters'),
  route: shape('route', 'Route', 'Routes', 'routes', { parent: 'virtualRouter' }),
  virtualGateway: shape('virtualGateway', 'VirtualGateway', 'VirtualGateways', 'virtualGateways'),
  gatewayRoute: shape('gatewayRoute', 'GatewayRoute', 'GatewayRoutes', 'gatewayRoutes', { parent: 'virtualGateway' }),
};

function shape(
  kind: Kind,
  title: string,
  plural: string,
  listMember: string,
  over: { parent?: Kind; isSpecRequired?: boolean } = {},
): KindShape {
  const { parent, isSpecRequired = true } = over;
  return { kind, title, plural, nameMember: `${kind}Name`, listMember, parent, isSpecRequired };
}
