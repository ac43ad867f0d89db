import type { Json } from './export.ts';
import type { Protocol, VirtualService } from './model.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type Duration = Json<AppMesh.Duration> | undefined;

/** The timeouts on the way of one request: those of its route and those of the listener that it arrives at. */
export interface TimeoutPair {
  route: { perRequest?: Duration; idle?: Duration } | undefined;
  listener: { perRequest?: Duration; idle?: Duration } | undefined;
}

export interface EffectiveTimeout {
  timeout: VirtualService['timeout'];
  /** Present where the routes differ. */
  conflictSeconds: number[] | undefined;
  rounded: boolean;
}

const APP_MESH_PER_REQUEST_SECONDS = 15;
const DEFAULT_IDLE_SECONDS = 300;

/** Seconds; 0 stands for none in App Mesh and is infinite here. */
function seconds(duration: Duration): number | undefined {
  if (duration?.value === undefined) return undefined;
  const value = duration.unit === 'ms' ? duration.value / 1000 : duration.value;
  return value === 0 ? Number.POSITIVE_INFINITY : value;
}

const asServiceConnect = (value: number): number => (Number.isFinite(value) ? Math.ceil(value) : 0);

/**
 * The timeout of a Service Connect endpoint that stands for a virtual service and a port (`mesh-mapping.md` 1.4): the longest
 * of what its routes allow, where a route allows the shorter of its own and its listener's. A per-request timeout is always
 * written, for a TCP endpoint never (row S9); an idle timeout only where one is set or the requests may outlast the default.
 */
export function effectiveTimeout(protocol: Protocol, pairs: readonly TimeoutPair[]): EffectiveTimeout {
  const perRequest = pairs.map((pair) =>
    Math.min(
      seconds(pair.route?.perRequest) ?? APP_MESH_PER_REQUEST_SECONDS,
      seconds(pair.listener?.perRequest) ?? APP_MESH_PER_REQUEST_SECONDS,
    ),
  );
  const idle = pairs.map((pair) => {
    const set = [seconds(pair.route?.idle), seconds(pair.listener?.idle)].filter((value) => value !== undefined);
    return set.length === 0 ? undefined : Math.min(...set);
  });

  const longest =
    protocol === 'tcp' ? undefined : perRequest.length === 0 ? APP_MESH_PER_REQUEST_SECONDS : Math.max(...perRequest);
  const idleSet = idle.some((value) => value !== undefined);
  let longestIdle = idleSet ? Math.max(...idle.map((value) => value ?? DEFAULT_IDLE_SECONDS)) : undefined;
  // An idle timeout below the request's own wins silently in Service Connect, so a long request brings its own.
  if (longestIdle === undefined && longest !== undefined && longest > DEFAULT_IDLE_SECONDS) longestIdle = longest;

  const differing = [...new Set(perRequest)].sort((left, right) => left - right);
  return {
    timeout: {
      ...(longestIdle === undefined ? {} : { idleTimeoutSeconds: asServiceConnect(longestIdle) }),
      ...(longest === undefined ? {} : { perRequestTimeoutSeconds: asServiceConnect(longest) }),
    },
    conflictSeconds:
      protocol !== 'tcp' && differing.length > 1
        ? differing.map((value) => (Number.isFinite(value) ? value : 0))
        : undefined,
    rounded: [longest, longestIdle].some(
      (value) => value !== undefined && Number.isFinite(value) && !Number.isInteger(value),
    ),
  };
}
