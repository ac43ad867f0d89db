import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListNamespacesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-servicediscovery';
import type { EstateClients } from '../../lab/estates/estate.ts';
import { lastPart } from '../../src/estate/order.ts';
import { PLAN_TAG } from '../../src/assess/maker.ts';
import { everyPage, inBatches } from '../../src/aws/pages.ts';
import { type History, nowMs } from './history.ts';
import type { Stage } from './stage.ts';

/** DescribeTags takes twenty (row L16). */
const TAGGED_MAX = 20;

/** Takes down what is there at the end, for each plan of the run, through AWS's public API alone. */
export async function noteLeftovers(stage: Stage, history: History): Promise<void> {
  const tagged = await taggedThings(stage);
  for (const { name: plan } of stage.cast) {
    const services = await activeServices(stage.person, stage.estate(plan).clusterName);
    history.write({
      kind: 'left',
      at: nowMs(),
      plan,
      tagged: (tagged.get(plan) ?? []).toSorted(),
      services: services.map(({ name }) => name),
      forwardsTo: await weightedGroups(stage, plan),
    });
  }
}

/** By plan: whichever of its uids made it. */
async function taggedThings({ person, cast }: Stage): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const add = (tags: readonly { key?: string | undefined; value?: string | undefined }[], thing: string) => {
    const plan = tags.find(({ key }) => key === PLAN_TAG)?.value;
    if (plan !== undefined) found.set(plan, [...(found.get(plan) ?? []), thing]);
  };
  for (const { name } of cast) {
    for (const service of await activeServices(person, name)) add(service.tags, `service/${service.name}`);
  }
  for (const arn of await taskDefinitions(person)) {
    const { tags = [] } = await person.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
    );
    add(tags, `taskDefinition/${lastPart(arn).replace(/:\d+$/, '')}`);
  }
  for (const { arn, name, tags } of await targetGroups(person)) {
    add(tags, `targetGroup/${name ?? arn}`);
  }
  for (const { Arn = '', Name = '' } of await namespaces(person)) {
    const { Tags = [] } = await person.cloudMap.send(new ListTagsForResourceCommand({ ResourceARN: Arn }));
    add(Tags.map(lowerCase), `namespace/${Name}`);
  }
  return found;
}

async function activeServices({ ecs }: EstateClients, cluster: string) {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  if (serviceArns.length === 0) return [];
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: serviceArns, include: ['TAGS'] }),
  );
  return services
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ serviceName = '', tags = [] }) => ({ name: serviceName, tags }));
}

const taskDefinitions = ({ ecs }: EstateClients): Promise<string[]> =>
  everyPage(async (nextToken) => {
    const page = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE', nextToken }));
    return { items: page.taskDefinitionArns, next: page.nextToken };
  });

const namespaces = ({ cloudMap }: EstateClients) =>
  everyPage(async (NextToken) => {
    const page = await cloudMap.send(new ListNamespacesCommand({ NextToken }));
    return { items: page.Namespaces, next: page.NextToken };
  });

async function targetGroups({ elbv2 }: EstateClients) {
  const groups = await everyPage(async (Marker) => {
    const page = await elbv2.send(new DescribeTargetGroupsCommand({ Marker }));
    return { items: page.TargetGroups, next: page.NextMarker };
  });
  const names = new Map(groups.map(({ TargetGroupArn, TargetGroupName }) => [TargetGroupArn, TargetGroupName]));
  const found = [];
  for (const ResourceArns of inBatches(
    groups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
    TAGGED_MAX,
  )) {
    const { TagDescriptions = [] } = await elbv2.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn, Tags = [] } of TagDescriptions) {
      found.push({ arn: ResourceArn, name: names.get(ResourceArn), tags: Tags.map(lowerCase) });
    }
  }
  return found;
}

/** Names of the target groups to which the plan's rule sends requests. */
async function weightedGroups(stage: Stage, plan: string): Promise<string[]> {
  const { Rules = [] } = await stage.person.elbv2.send(
    new DescribeRulesCommand({ RuleArns: [stage.estate(plan).listenerRuleArn] }),
  );
  const groups = Rules[0]?.Actions?.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];
  // `arn:…:targetgroup/<name>/<id>`
  return groups.flatMap(({ TargetGroupArn = '', Weight }) =>
    Weight === 0 ? [] : [TargetGroupArn.split('/')[1] ?? TargetGroupArn],
  );
}

const lowerCase = ({ Key, Value }: { Key?: string | undefined; Value?: string | undefined }) => ({
  key: Key,
  value: Value,
});
