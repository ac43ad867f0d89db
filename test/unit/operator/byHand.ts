import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { type Action, DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Edge } from '../../../lab/estates/shop/edge.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import { PLAN } from './manifest.ts';
import type { OperatorWorld } from './operatorWorld.ts';

/** What people and pipelines do under a plan, past Meshlift. */

/** Where they do it: an account with the shop, simulated or of processes. */
export interface Hands {
  person: Pick<AwsClients, 'ecs' | 'elbv2'>;
  edge: Pick<Edge, 'listenerRuleArn' | 'targetGroupArn'>;
}

export async function ruleActions(world: Hands): Promise<Action[]> {
  const { Rules = [] } = await world.person.elbv2.send(
    new DescribeRulesCommand({ RuleArns: [world.edge.listenerRuleArn] }),
  );
  return Rules[0]?.Actions ?? [];
}

export const writeRule = (world: Hands, actions: Action[]) =>
  world.person.elbv2.send(new ModifyRuleCommand({ RuleArn: world.edge.listenerRuleArn, Actions: actions }));

/** A person shifts weight by hand. */
export async function shiftByHand(world: Hands, greenWeight: number): Promise<void> {
  const actions = await ruleActions(world);
  await writeRule(
    world,
    actions.map((action) => ({
      ...action,
      ForwardConfig: {
        ...action.ForwardConfig,
        TargetGroups: (action.ForwardConfig?.TargetGroups ?? []).map((group) => ({
          ...group,
          Weight: group.TargetGroupArn === world.edge.targetGroupArn ? 100 - greenWeight : greenWeight,
        })),
      },
    })),
  );
}

/**
 * A pipeline deploys a new revision of a blue service, and answers how to deploy the old one again.
 *
 * @param change of every container of its own; default none: the new revision is like the old one
 */
export async function deploy(
  world: Hands,
  service: string,
  change: (container: ContainerDefinition) => ContainerDefinition = (container) => container,
): Promise<() => Promise<unknown>> {
  const { ecs } = world.person;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: service }));
  if (taskDefinition?.family === undefined) throw new Error(`${service} has no task definition`);
  const { family, containerDefinitions, proxyConfiguration, networkMode, cpu, memory } = taskDefinition;
  const { requiresCompatibilities, executionRoleArn, taskRoleArn } = taskDefinition;
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: containerDefinitions?.map((one) => (one.name === 'envoy' ? one : change(one))),
      proxyConfiguration,
      networkMode,
      cpu,
      memory,
      requiresCompatibilities,
      executionRoleArn,
      taskRoleArn,
    }),
  );
  const update = (revision: string | undefined) =>
    ecs.send(new UpdateServiceCommand({ cluster: 'shop', service, taskDefinition: revision }));
  await update(family);
  return () => update(taskDefinition.taskDefinitionArn);
}

/** Adds a variable to a container's environment. */
export const withVariable =
  (name: string, value: string) =>
  (container: ContainerDefinition): ContainerDefinition => ({
    ...container,
    environment: [...(container.environment ?? []).filter((one) => one.name !== name), { name, value }],
  });

/** What the tasks of a service's newest revision have in their environment, by container. */
export async function environmentOf(world: Hands, service: string): Promise<Record<string, Record<string, string>>> {
  const { ecs } = world.person;
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: [service] }));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
  );
  const containers = taskDefinition?.containerDefinitions ?? [];
  return Object.fromEntries(
    containers.map(({ name = '', environment = [] }) => [
      name,
      Object.fromEntries(environment.map((one) => [one.name ?? '', one.value ?? ''])),
    ]),
  );
}

/** `meshlift promote`: ends the bake, or the soak, that the plan is in. */
export async function promote(world: OperatorWorld, how: 'asked' | 'forced' = 'asked'): Promise<void> {
  const { machine } = await world.status();
  await world.requests.promote(PLAN, {
    by: 'ann',
    at: world.clock.now(),
    why: 'looks good',
    forced: how === 'forced',
    state: machine.value,
    step: machine.context.step,
    enteredAt: machine.context.enteredAt,
    recordVersion: await world.recordVersion(),
  });
}
