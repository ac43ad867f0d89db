/**
 * What the lab and a task's process say to each other over IPC. The lab knows the whole VPC; the process knows what its
 * proxy was told, as an Envoy does.
 */
import type { ClockScale } from '../../clock.ts';

/** One address behind a name. Without a `loopbackPort` nobody listens there: connecting is refused. */
export interface Endpoint {
  ip: string;
  port: number;
  loopbackPort?: number;
}

/** One name and port that applications call, as the proxy forwards it. */
export interface Route {
  /** Lower case. */
  host: string;
  port: number;
  protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  /** Lab time; 0 is none. */
  perRequestTimeoutMs: number;
  /** `TargetDiscoveryName` of the caller's metrics; only in Service Connect. */
  discoveryName?: string;
  targets: { weight: number; endpoints: Endpoint[] }[];
}

/** One port that the proxy takes on the way in. Ports that are not listed go straight to the application. */
export interface Intercept {
  containerPort: number;
  /** Lab time; 0 is none. */
  perRequestTimeoutMs: number;
  /** `DiscoveryName` of the server's metrics; only in Service Connect. */
  discoveryName?: string;
}

/** What a task's proxy is from the start; never changes. */
export interface ProxyConfiguration {
  kind: 'none' | 'appMesh' | 'serviceConnect';
  scale: ClockScale;
  taskArn: string;
  clusterName: string;
  serviceName: string | undefined;
  ip: string;
  container: { name: string; image: string };
  intercepts: Intercept[];
}

/** What changes while the task runs. Always sent whole. */
export interface ProxyState {
  routes: Route[];
  /** Container ports of the task's other containers, by the ports on 127.0.0.1 where those applications listen. */
  siblings: Record<string, number>;
  /** Faults of this task's inbound proxy. */
  errors: boolean;
  slow: boolean;
}

/** Values of one metric under several dimension sets. */
export interface MetricBatch {
  name: string;
  dimensions: Record<string, string>[];
  values: number[];
  /** Lab time. */
  atMs: number;
}

export type ToTask =
  | { kind: 'configure'; configuration: ProxyConfiguration; state: ProxyState }
  | { kind: 'state'; state: ProxyState }
  | { kind: 'resolved'; id: number; endpoints: Endpoint[] }
  /** No new connection from now on; answered by `draining` at once and by `drained` when nothing is in flight. */
  | { kind: 'drain' };

export type FromTask =
  /** The preload has its configuration; the application's code runs next. */
  | { kind: 'started' }
  /** The application listens; `port` is where others connect, `applicationPort` the application itself. */
  | { kind: 'listening'; containerPort: number; port: number; applicationPort: number }
  | { kind: 'closed'; containerPort: number }
  /** Private DNS: which addresses has this name, and who listens there at this port? */
  | { kind: 'resolve'; id: number; host: string; port: number }
  | { kind: 'metrics'; batches: MetricBatch[] }
  | { kind: 'draining' }
  | { kind: 'drained' };
