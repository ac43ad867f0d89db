import { FAULTS, type FaultName } from '../../lab/faults.ts';
import type { ClockScale } from '../../lab/clock.ts';

/** What `lab --json` prints once the estate is steady, as `{"ready": …}` on one line. */
export interface LabReady {
  endpoint: string;
  region: string;
  clock: ClockScale;
  /** Where the sample application's load balancer listens on loopback. */
  url: string;
  estate: { clusterName: string; clusterArn: string; meshName: string; listenerRuleArn: string; listenerArn: string };
  /** For the AWS CLI and for the operator. */
  environment: Record<string, string>;
}

/** What the lab's own parent may ask over the process's channel; AWS's API says none of it. */
export interface LabStats {
  callsByAccessKey: Record<string, number>;
}

export interface LabVerb {
  estate: string;
  faults: readonly string[];
  json: boolean;
  /** Lab milliseconds per real millisecond, 1 to 30. */
  speed: number;
  /** Default: a free one. */
  port?: number;
  seed: number;
}

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);
