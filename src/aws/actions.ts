import { ALARM_ACTIONS } from './gates/alarms.ts';
import { NEWEST_DATA_ACTIONS } from './gates/newestData.ts';
import { HEALTH_ACTIONS } from './health.ts';
import { RUNNING_IMAGES_ACTIONS } from './runningImages.ts';
import { INVENTORY_ACTIONS } from './inventory/inventory.ts';
import { MESH_ANSWER_ACTIONS } from './meshAnswer.ts';
import { MESH_REMOVAL_ACTIONS } from './meshRemoval.ts';
import { PROBE_ACTIONS } from './probes/send.ts';
import { REGISTRY_ACTIONS } from './registries.ts';
import { RESOURCE_ACTIONS } from './resources/index.ts';
import { RETIREMENT_ACTIONS } from './retirement.ts';
import { ALB_ROUTER_ACTIONS } from './routers/alb.ts';
import { METRIC_ACTIONS } from './serviceConnectMetrics.ts';
import { TURN_ACTIONS } from './turns.ts';

/** Every IAM action that a migration needs, its inventory included: what a least-privilege policy is made of. In order. */
export const MIGRATION_ACTIONS: readonly string[] = [
  ...new Set<string>([
    ...INVENTORY_ACTIONS,
    ...RESOURCE_ACTIONS,
    ...ALB_ROUTER_ACTIONS,
    ...ALARM_ACTIONS,
    ...NEWEST_DATA_ACTIONS,
    ...HEALTH_ACTIONS,
    ...PROBE_ACTIONS,
    ...RUNNING_IMAGES_ACTIONS,
    ...METRIC_ACTIONS,
    ...RETIREMENT_ACTIONS,
    ...REGISTRY_ACTIONS,
    ...MESH_ANSWER_ACTIONS,
    ...MESH_REMOVAL_ACTIONS,
    ...TURN_ACTIONS,
  ]),
].sort();
