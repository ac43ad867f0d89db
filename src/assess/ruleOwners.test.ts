import { expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../test/fixtures/estates.ts';
import type { EstateExport } from '../estate/export.ts';
import type { PlanSpec } from '../plan/model.ts';
import { assess } from './assess.ts';
import type { Refusal } from './model.ts';

const SIMPLE = '01-simple-three-tier';

function owned(alter: (exported: EstateExport) => void, change: Partial<PlanSpec> = {}): Refusal[] {
  const exported = exportOf(SIMPLE);
  alter(exported);
  const { refusals } = assess(planFor(SIMPLE, change), estateOf(SIMPLE, exported));
  return refusals.filter(({ reason }) => reason === 'RuleOwnedElsewhere');
}

const service = (exported: EstateExport, name: string) => {
  const found = exported.ecs.services.find((one) => one.serviceName === name);
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
};

const defaultRule = (exported: EstateExport): string => {
  const arn = exported.elbv2.rules.find((rule) => rule.IsDefault === true)?.RuleArn;
  if (arn === undefined) throw new Error('the fixture lost its default rule');
  return arn;
};

test.each([
  ['BLUE_GREEN', 'productionListenerRule'],
  ['CANARY', 'productionListenerRule'],
  ['LINEAR', 'testListenerRule'],
] as const)(
  'E51: an entry that the %s deployments of a service outside the plan name as %s is refused',
  (strategy, member) => {
    const [refusal, ...others] = owned((exported) => {
      exported.ecs.services.push({
        serviceName: 'billing',
        clusterArn: service(exported, 'frontend').clusterArn,
        serviceArn: service(exported, 'frontend').serviceArn?.replace('frontend', 'billing'),
        status: 'ACTIVE',
        deploymentConfiguration: { strategy },
        loadBalancers: [{ advancedConfiguration: { [member]: defaultRule(exported) } }],
      });
    });
    expect(others).toEqual([]);
    expect(refusal?.place).toBe('spec.traffic[0].alb.listener');
    expect(refusal?.message).toMatch(
      `the service billing, whose deployments by ECS (strategy ${strategy}) name it as ${member}`,
    );
    expect(refusal?.message).toContain('Give billing the strategy ROLLING');
  },
);

test('E51: an entry of which CodeDeploy shifts the traffic is refused', () => {
  const [refusal, ...others] = owned((exported) => {
    service(exported, 'frontend').deploymentController = { type: 'CODE_DEPLOY' };
  });
  expect(others).toEqual([]);
  expect(refusal?.message).toMatch(
    /belong to CodeDeploy, which shifts the traffic of the service frontend.*deployment group/s,
  );
});

test('other people’s rules, and controllers of services that no entry leads to, are no matter of it', () => {
  expect(
    owned((exported) => {
      service(exported, 'user-api').deploymentController = { type: 'CODE_DEPLOY' };
      const [attached] = service(exported, 'frontend').loadBalancers ?? [];
      if (attached === undefined) throw new Error('the fixture lost its load balancer');
      attached.advancedConfiguration = { productionListenerRule: 'arn:rule' };
    }),
  ).toEqual([]);
});
