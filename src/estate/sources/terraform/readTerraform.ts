import type { EstateExport, ReadFrom } from '../../export.ts';
import { keyOf, objectsOf, placeOf } from '../../identity.ts';
import { byText, lastPart } from '../../order.ts';
import type { SourceReading, Unresolved } from '../reading.ts';
import { completeLoadBalancing } from '../targetGroups.ts';
import { ALARMS } from './alarms.ts';
import { APP_MESH } from './appMesh.ts';
import { AUTO_SCALING } from './autoScaling.ts';
import { Block } from './block.ts';
import { CLOUD_MAP } from './cloudMap.ts';
import { emptyExport } from '../draft.ts';
import type { Reader } from './reader.ts';
import { ECS } from './ecs.ts';
import { LISTENERS } from './listeners.ts';
import { LOAD_BALANCERS } from './loadBalancers.ts';
import { stateResources, type StateResource } from './state.ts';
import { TASK_DEFINITIONS } from './taskDefinition.ts';

/** `aws_lb` and `aws_alb` are one type under two names. */
const balanced = Object.entries({ ...LOAD_BALANCERS, ...LISTENERS }).flatMap(([end, reader]) =>
  ['aws_lb', 'aws_alb'].map((name) => [end === '' ? name : `${name}_${end}`, reader] as const),
);

/** In the order in which they are read: what adds to an object comes after the object. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ...Object.entries({ ...APP_MESH, ...TASK_DEFINITIONS, ...ECS, ...CLOUD_MAP, ...AUTO_SCALING, ...ALARMS }),
  ...balanced,
]);

/** Types of Terraform's that a state is read for. */
export const TERRAFORM_TYPES: readonly string[] = [...READERS.keys()];

const RANK: ReadonlyMap<string, number> = new Map(TERRAFORM_TYPES.map((type, index) => [type, index]));

/** Types of the same services that are no part of an estate. */
const SILENT = new Set([
  'aws_ecs_account_setting_default',
  'aws_ecs_capacity_provider',
  'aws_ecs_clusters',
  'aws_ecs_container_definition',
  'aws_ecs_tag',
  'aws_ecs_task_execution',
  'aws_lbs',
  'aws_lb_hosted_zone_id',
  'aws_lb_cookie_stickiness_policy',
  'aws_lb_ssl_negotiation_policy',
  'aws_lb_trust_store',
  'aws_lb_trust_store_revocation',
  'aws_lb_listener_certificate',
  'aws_alb_listener_certificate',
  'aws_lb_target_group_attachment',
  'aws_alb_target_group_attachment',
]);

const OURS =
  /^(aws_(appmesh|ecs|lb|alb|service_discovery|appautoscaling)|awscc_(appmesh|ecs|servicediscovery|elastic|cloudwatch_(alarm|composite)))(_|$)/;

const rank = ({ type }: StateResource): number => RANK.get(type) ?? RANK.size;

export interface TerraformOptions {
  /** Name or ARN of the ECS cluster that is asked about. Default: the state's own. */
  cluster?: string;
}

/** Account and region of the cluster; of the mesh, or of anything, where the state has no cluster. */
function callerOf(exported: EstateExport, cluster: string | undefined): EstateExport['caller'] {
  const asked = exported.ecs.clusters.find((one) => one.clusterArn === cluster || one.clusterName === cluster);
  const ofService = exported.ecs.services.find((one) => lastPart(one.clusterArn ?? '') === lastPart(cluster ?? ''));
  const arns = [
    asked?.clusterArn,
    ofService?.clusterArn,
    exported.ecs.clusters[0]?.clusterArn,
    exported.ecs.services[0]?.clusterArn,
    exported.appMesh.meshes[0]?.metadata?.arn,
    ...objectsOf(exported).map((one) => one.arn),
  ];
  return placeOf(arns.find((arn) => placeOf(arn).account !== ''));
}

/** What the state holds, for a person, with every account and region, since one state may span several. */
function describe(exported: EstateExport, where: string): string {
  const places = objectsOf(exported).flatMap(({ arn }) => {
    const { account, region } = placeOf(arn);
    return account === '' ? [] : [`account ${account} in ${region}`];
  });
  const each = [...new Set(places)].sort(byText);
  return `Terraform state ${where}${each.length === 0 ? '' : `: ${each.join(', ')}`}`;
}

/**
 * What a Terraform state tells of an estate. A state is what the last apply or refresh saw: names and specifications are exact,
 * and as old as it is; it does not say how old. Resources in modules, under `count` and `for_each`, of every provider alias, and
 * data sources are read; deposed ones and other types are passed over. Each object's address is in `readFrom`.
 *
 * @param text a state file of version 4, or what `terraform show -json` writes
 * @param where the file's name
 * @throws SourceError where the text is not a state that can be read; nothing of it is taken then
 */
export function readTerraformState(text: string, where: string, options: TerraformOptions = {}): SourceReading {
  const resources = stateResources(text, where);
  const draft = emptyExport({ account: '', region: '' });
  const unresolved: Unresolved[] = [];
  const addresses = new Map<object, string>();
  for (const resource of resources.toSorted((left, right) => rank(left) - rank(right))) {
    const reader = READERS.get(resource.type);
    if (reader === undefined) {
      if (OURS.test(resource.type) && !SILENT.has(resource.type)) {
        unresolved.push({
          place: resource.address,
          why: `Meshlift does not read the type ${resource.type}; the live API would tell.`,
        });
      }
      continue;
    }
    const block = new Block(resource.attributes, resource.address, unresolved);
    const found = reader(block, draft, resource);
    // The region is in the ARN, and newer providers store it beside each resource.
    block.skip('region');
    block.rest();
    if (found !== undefined) addresses.set(found, resource.address);
  }
  // A target group is stored before the listener that leads to it is made, and does not tell of it until the next refresh.
  completeLoadBalancing(draft.elbv2);
  draft.caller = callerOf(draft, options.cluster);
  draft.description = describe(draft, where);
  draft.readFrom = Object.fromEntries(
    objectsOf(draft).map((object): [string, ReadFrom] => {
      const address = addresses.get(object.value);
      return [
        keyOf(object, draft.caller),
        { source: 'terraformState', where, ...(address === undefined ? {} : { address }) },
      ];
    }),
  );
  return { source: 'terraformState', where, exported: draft, unresolved };
}
