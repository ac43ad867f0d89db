import type { RoleSession } from './sts/sessions.ts';

/** The services that the lab serves, by the name that the SDK's packages use. */
export type ServiceId =
  | 'ecs'
  | 'app-mesh'
  | 'servicediscovery'
  | 'elastic-load-balancing-v2'
  | 'cloudwatch'
  | 'application-auto-scaling'
  | 'sts'
  | 'ec2'
  | 'iam'
  | 'cloudwatch-logs'
  | 'service-quotas'
  | 'sns'
  | 'eventbridge'
  | 'sqs';

/** Who calls, and under which request id the answer goes out. */
export interface Call {
  requestId: string;
  /** The access key of the request's signature; the lab does not check signatures. */
  accessKeyId: string;
  /** Whose the temporary credentials are; `undefined` for an administrator's. */
  session?: RoleSession | undefined;
}

/**
 * One operation of AWS: takes the SDK's input shape (already decoded: dates are `Date`, blobs `Uint8Array`) and answers the
 * SDK's output shape without `$metadata`. Throws {@link AwsError}. Must not keep references to `input`, nor hand out its own
 * state: what goes in and out is copied.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- each operation types its own input; the table is heterogeneous.
export type Operation = (input: any, call: Call) => unknown;

/** A service of AWS: operations by their API name (`CreateService`). What is not in the table is not served. */
export interface Service {
  readonly id: ServiceId;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The account that the lab plays. */
export interface Account {
  /** Twelve digits. */
  id: string;
  region: string;
  /** What AWS has raised for the account: its namespaces in the region. Default 50 (row C9). */
  namespacesMax?: number;
}
