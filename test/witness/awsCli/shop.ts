import type { LabReady } from '../../../src/cli/lab.ts';
import { type Meshlift, startShopLab } from '../../processes/meshlift.ts';
import { AwsCli } from './awsCli.ts';

/** The ids and ARNs of the sample estate that a command may name as `{name}`. */
export interface ShopIds {
  loadBalancer: string;
  listener: string;
  rule: string;
  targetGroup: string;
  /** The namespace `shop.local`. */
  namespace: string;
  /** The Cloud Map service `user`. */
  registry: string;
  /** One instance of it. */
  instance: string;
  /** The operation that made the namespace. */
  operation: string;
  /** A task of the ECS service `frontend`. */
  task: string;
  serviceDeployment: string;
  serviceRevision: string;
  /** The URL of the queue `jobs`, which is not the shop's. */
  queue: string;
  /** Version 1 of the CLI asks AWS's own SQS, whatever the environment says, unless it is told otherwise (row N56). */
  lab: string;
}

/** The lab with the sample estate, and the AWS CLI that was pointed at it. */
export interface Shop {
  aws: AwsCli;
  ready: LabReady;
  ids: ShopIds;
  /** The command with every `{name}` replaced. Throws where there is no such name. */
  filled(command: string): string;
  /** What sessions of roles were denied so far. */
  denied(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the shop and looks its ids up as a person would. */
export async function openShop(): Promise<Shop> {
  const { lab, ready } = await startShopLab();
  try {
    const aws = new AwsCli(ready.environment);
    const ids = await idsOf(aws, ready);
    return {
      aws,
      ready,
      ids,
      filled: (command) => fill(command, ids),
      denied: async () => (await lab.stats()).denied,
      close: () => endLab(lab),
    };
  } catch (error) {
    await lab.end();
    throw error;
  }
}

async function endLab(lab: Meshlift): Promise<void> {
  const code = await lab.end();
  if (code !== 0) throw new Error(`The lab ended with ${code}:\n${lab.output}`);
}

async function idsOf(aws: AwsCli, { estate, endpoint: lab }: LabReady): Promise<ShopIds> {
  const one = (command: string, query: string) => aws.json<string>(command, '--query', query);
  const [namespace, registry, operation, task, queue, deployment] = await Promise.all([
    one('servicediscovery list-namespaces', "Namespaces[?Name=='shop.local'].Id | [0]"),
    one('servicediscovery list-services', "Services[?Name=='user'].Id | [0]"),
    one('servicediscovery list-operations --filters Name=TYPE,Values=CREATE_NAMESPACE', 'Operations[0].Id'),
    one('ecs list-tasks --cluster shop --service-name frontend', 'taskArns[0]'),
    one(`sqs create-queue --queue-name jobs --endpoint-url ${lab}`, 'QueueUrl'),
    aws.json<string[]>(
      'ecs list-service-deployments --cluster shop --service frontend',
      '--query',
      'serviceDeployments[0].[serviceDeploymentArn,targetServiceRevisionArn]',
    ),
  ]);
  const instance = await one(`servicediscovery list-instances --service-id ${registry}`, 'Instances[0].Id');
  return {
    loadBalancer: estate.loadBalancerArn,
    listener: estate.listenerArn,
    rule: estate.listenerRuleArn,
    targetGroup: estate.targetGroupArn,
    namespace,
    registry,
    instance,
    operation,
    task,
    serviceDeployment: deployment[0] ?? '',
    serviceRevision: deployment[1] ?? '',
    queue,
    lab,
  };
}

function fill(command: string, ids: ShopIds): string {
  return command.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(ids, name)) throw new Error(`${command}: the shop has no {${name}}`);
    return ids[name as keyof ShopIds];
  });
}
