import type { BlueService, Estate } from '../estate/model.ts';
import { loadBalancersOf } from '../estate/services.ts';
import { entryArn, type MigrationPlan, type TrafficEntry } from '../plan/model.ts';
import { findEntryPoint, forwardTargets, listenerArnOf } from './entries.ts';
import type { Refusal } from './model.ts';

/**
 * Entries whose weights are another controller's (row E51): its next deployment would write over the plan's, and the plan over its. ECS's own
 * blue/green, linear and canary deployments name the rule; CodeDeploy drives whatever forwards to its service's target group.
 * Every service of the cluster is asked, whether it moves or not. Whom another plan's claim keeps out is said by the claim.
 */
export const ruleOwnerRefusals = (plan: MigrationPlan, estate: Estate): Refusal[] =>
  plan.spec.traffic.flatMap((entry, index) => {
    const place = `spec.traffic[${index}].alb.${'listenerRule' in entry.alb ? 'listenerRule' : 'listener'}`;
    return estate.services.flatMap((service) => {
      const owner = ownerOf(estate, entry, service);
      return owner === undefined
        ? []
        : [
            {
              reason: 'RuleOwnedElsewhere',
              place,
              message:
                `The weights of ${entryArn(entry)} belong to ${owner.who}: its next deployment would write over the plan's. ` +
                `Nothing was changed. ${owner.instead}, or take the entry out.`,
            },
          ];
    });
  });

function ownerOf(estate: Estate, entry: TrafficEntry, blue: BlueService): { who: string; instead: string } | undefined {
  const { name, service } = blue;
  const rules = ruleArnsOf(estate, entry);
  for (const { advancedConfiguration } of loadBalancersOf(service)) {
    const member = (['productionListenerRule', 'testListenerRule'] as const).find((one) =>
      rules.has(advancedConfiguration?.[one]),
    );
    if (member === undefined) continue;
    const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
    return {
      who: `the service ${name}, whose deployments by ECS (strategy ${strategy}) name it as ${member}`,
      instead: `Give ${name} the strategy ROLLING and load balancers without advancedConfiguration, while no deployment of it is under way`,
    };
  }
  if (service.deploymentController?.type !== 'CODE_DEPLOY') return undefined;
  const point = findEntryPoint(estate, entry);
  const targets = point.found === 'nothing' ? [] : forwardTargets(point.actions);
  if (!blue.targetGroups.some(({ targetGroup }) => targets.includes(targetGroup.TargetGroupArn ?? '')))
    return undefined;
  return {
    who: `CodeDeploy, which shifts the traffic of the service ${name}`,
    instead: `Make ${name} anew with the controller ECS, since a controller cannot be changed, and delete its deployment group`,
  };
}

/** The rule; for a listener's default action the default rule, which is the same thing under another name. */
function ruleArnsOf(estate: Estate, entry: TrafficEntry): ReadonlySet<string | undefined> {
  const arn = entryArn(entry);
  const defaults = estate.rules.filter((rule) => rule.IsDefault === true && listenerArnOf(rule) === arn);
  return new Set([arn, ...defaults.map((rule) => rule.RuleArn)].filter((one) => one !== undefined));
}
