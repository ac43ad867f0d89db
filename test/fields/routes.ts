import { type FieldCase, type Setup, one, SAMPLE, told, both } from './cases.ts';
import { resourceOf, setField } from './world.ts';

export type RouteKind = 'httpRoute' | 'http2Route' | 'grpcRoute' | 'tcpRoute';
export const PROTOCOLS: Readonly<Record<RouteKind, string>> = {
  httpRoute: 'http',
  http2Route: 'http2',
  grpcRoute: 'grpc',
  tcpRoute: 'tcp',
};
export const ROUTE_KINDS = Object.keys(PROTOCOLS) as RouteKind[];

export const action = (...targets: { virtualNode: string; weight: number; port?: number }[]): object => ({
  weightedTargets: targets,
});
export const toUser = action({ virtualNode: 'user-vn', weight: 100 });

/** The only route is of this kind, takes everything and has no timeout; router and nodes talk its protocol. */
export const routeOf =
  (kind: RouteKind, more: object = {}): Setup =>
  (exported) => {
    resourceOf(exported, 'route')['spec'] = {
      [kind]: { ...(kind === 'tcpRoute' ? {} : { match: {} }), action: toUser, ...more },
    };
    for (const list of [exported.appMesh.virtualNodes, exported.appMesh.virtualRouters]) {
      for (const { spec } of list) {
        for (const found of spec?.listeners ?? [])
          Object.assign(found.portMapping ?? {}, { protocol: PROTOCOLS[kind] });
      }
    }
  };

/** Another route of the same router. */
export const secondRoute =
  (spec: object): Setup =>
  (exported) => {
    exported.appMesh.routes.push({ ...resourceOf(exported, 'route'), routeName: 'second', spec } as never);
  };

export const toStock = { action: action({ virtualNode: 'stock-vn', weight: 100 }) };
export const VS = 'virtualService/user.local';
export const ROUTE = 'route/user-vr/all';
export const ROUTER = 'virtualRouter/user-vr';

/** The same kind of route to another service, with the timeouts that App Mesh has without any. */
export const secondTarget: Setup = (exported) => {
  const spec = resourceOf(exported, 'route')['spec'] as Record<string, object>;
  secondRoute(Object.fromEntries(Object.keys(spec).map((kind) => [kind, { match: {}, ...toStock }])))(exported);
};

export const timeouts = (field: string, setup: Setup, perRequest: boolean): FieldCase[] => {
  const members = perRequest ? (['perRequest', 'idle'] as const) : (['idle'] as const);
  return [
    ...members.flatMap((member): FieldCase[] => {
      const words = (seconds: number): string => `${seconds} s ${member === 'idle' ? 'idle' : 'per request'}`;
      const written = (seconds: number): string => `"${member}TimeoutSeconds":${seconds}`;
      const was = (value: number): Setup =>
        both(setup, (exported) => setField(exported, `${field}.${member}`, { value, unit: 's' }));
      return [
        one(`${field}.${member}.value`, 7, { code: 'TIMEOUT_MAPPED', at: VS, says: words(7) }, was(5)),
        one(`${field}.${member}.unit`, 'ms', { code: 'TIMEOUT_MAPPED', at: VS, says: words(3) }, was(2500)),
        one(`${field}.${member}.value`, 7, { stack: written(7) }, was(5)),
        one(`${field}.${member}.unit`, 'ms', { stack: written(3) }, was(2500)),
        one(`${field}.${member}.value`, 6.5, { code: 'TIMEOUT_ROUNDED', at: VS, says: '' }, was(5)),
      ];
    }),
    ...(perRequest
      ? [
          one(
            `${field}.perRequest.value`,
            7,
            { code: 'TIMEOUT_CONFLICT', at: VS, says: '7, 15' },
            both(setup, secondTarget, (exported) => {
              setField(exported, `${field}.perRequest`, { value: 15, unit: 's' });
            }),
          ),
        ]
      : []),
    one(`${field}.idle.value`, 7, { gone: 'TIMEOUT_IDLE_DEFAULT', at: VS }, setup),
  ];
};

export const retries = (kind: RouteKind): FieldCase[] => {
  const field = `route.spec.${kind}.retryPolicy`;
  const setup = routeOf(kind, { retryPolicy: { maxRetries: 3, httpRetryEvents: ['server-error'] } });
  return [
    ...told(field, 'RETRY_POLICY_LOST', ROUTE, setup),
    one(`${field}.maxRetries`, 0, { code: 'RETRY_DISABLED_LOST', at: ROUTE, says: '0 retries' }, setup),
    one(
      `${field}.tcpRetryEvents[]`,
      'connection-error',
      { code: 'RETRY_POLICY_APPROXIMATED', at: ROUTE, says: 'connection-error' },
      routeOf(kind, { retryPolicy: { maxRetries: 2 } }),
    ),
  ];
};

/** A match with one member: what is filtered, what is told apart, and what Lattice cannot say. */
export function matches(kind: RouteKind): FieldCase[] {
  const field = `route.spec.${kind}.match`;
  const filter = told(field, 'ROUTE_MATCH_FILTER_LOST', ROUTER, routeOf(kind)).filter(
    (found) => found.field !== `${field}.port`,
  );
  const apart = filter.map((found) => ({
    ...found,
    sees: { code: 'ROUTE_CONTENT_SPLIT', at: ROUTER, says: (found.sees as { says: string }).says } as const,
    setup: both(routeOf(kind), secondRoute({ [kind]: { match: {}, ...toStock } })),
  }));
  const header = kind === 'grpcRoute' ? 'metadata' : 'headers';
  return [
    ...filter,
    ...apart,
    one(
      `${field}.${header}[].match.suffix`,
      SAMPLE,
      { code: 'ROUTE_MATCH_NOT_IN_LATTICE', at: ROUTE, says: SAMPLE },
      routeOf(kind),
    ),
  ];
}

export const routeCases = (kind: RouteKind): FieldCase[] => {
  const field = `route.spec.${kind}`;
  const target = `${field}.action.weightedTargets[]`;
  const setup = routeOf(kind);
  const split = action({ virtualNode: 'user-vn', weight: 50 }, { virtualNode: 'stock-vn', weight: 50 });
  const ports: Setup = (exported) => {
    setField(
      exported,
      'virtualRouter.spec.listeners',
      [80, 81].map((port) => ({ portMapping: { port, protocol: PROTOCOLS[kind] } })),
    );
  };
  return [
    ...(kind === 'tcpRoute' ? [] : [...matches(kind), ...retries(kind)]),
    // With two listeners a route is of the port that it names; without one, of both.
    one(`${field}.match.port`, 80, { stackLoses: '"port":81' }, both(setup, ports)),
    one(`${target}.virtualNode`, 'stock-vn', { stackLoses: '"user-api-sc"' }, setup),
    one(
      `${target}.virtualNode`,
      'stock-vn',
      { code: 'ROUTE_WEIGHTED_SPLIT', at: ROUTE, says: 'stock-vn' },
      routeOf(kind, { action: action({ virtualNode: 'user-vn', weight: 50 }, { virtualNode: 'user-vn', weight: 50 }) }),
    ),
    one(
      `${target}.virtualNode`,
      'stock-vn',
      { code: 'ROUTE_CONTENT_SPLIT', at: ROUTER, says: 'stock-api' },
      both(setup, secondRoute({ [kind]: { ...(kind === 'tcpRoute' ? {} : { match: {} }), action: toUser } })),
    ),
    one(
      `${target}.virtualNode`,
      'stock-vn',
      { code: 'ROUTE_TARGETS_SAME_SERVICE', at: ROUTE, says: 'stock-vn' },
      routeOf(kind, { action: split }),
    ),
    one(
      `${target}.weight`,
      77,
      { code: 'ROUTE_WEIGHTED_SPLIT', at: ROUTE, says: ':77' },
      routeOf(kind, { action: split }),
    ),
    one(
      `${target}.weight`,
      0,
      { code: 'ROUTE_ZERO_WEIGHT_TARGET', at: ROUTE, says: ':0' },
      routeOf(kind, { action: split }),
    ),
    one(`${target}.port`, 7777, { stack: '"containerPort":7777' }, setup),
    ...timeouts(`${field}.timeout`, setup, kind !== 'tcpRoute'),
  ];
};
