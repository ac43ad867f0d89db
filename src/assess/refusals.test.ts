import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../test/fixtures/estates.ts';
import { addCaller } from '../../test/fixtures/outsideCaller.ts';
import type { EstateExport } from '../estate/export.ts';
import type { PlanSpec } from '../plan/model.ts';
import { assess } from './assess.ts';
import type { Refusal } from './model.ts';

const SIMPLE = '01-simple-three-tier';
const listener = exportOf(SIMPLE).elbv2.listeners[0]?.ListenerArn ?? '';

function refusals(change: Partial<PlanSpec>, alter: (exported: EstateExport) => void = () => undefined): Refusal[] {
  const exported = exportOf(SIMPLE);
  alter(exported);
  return assess(planFor(SIMPLE, change), estateOf(SIMPLE, exported)).refusals;
}

const brief = (found: readonly Refusal[]): string[] => found.map((one) => `${one.reason} ${one.place}`);

const serviceOf = (exported: EstateExport, name: string) => {
  const found = exported.ecs.services.find((service) => service.serviceName === name);
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
};

const nodeOf = (exported: EstateExport, name: string) => {
  const found = exported.appMesh.virtualNodes.find((node) => node.virtualNodeName === name)?.spec;
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
};

const calls = (name: string) => ({ virtualService: { virtualServiceName: name } }) as never;

describe("the plan's own words", () => {
  test('a service outside the cluster, in the list and in an entry', () => {
    const found = refusals({
      services: {
        'user-api': { cutover: 'parallel' },
        'stock-api': { cutover: 'parallel' },
        mailer: { cutover: 'parallel' },
      },
    });
    expect(brief(found)).toEqual(['ServiceNotFound spec.services.mailer']);
    expect(found[0]?.message).toContain('frontend, stock-api, user-api');
    expect(brief(refusals({ traffic: [{ service: 'nobody', alb: { listener } }] }))).toContain(
      'ServiceNotFound spec.traffic[0].service',
    );
  });

  test('a rule and a listener that do not exist', () => {
    const rule = `${listener.replace(':listener/', ':listener-rule/')}/0000000000000000`;
    const found = refusals({ traffic: [{ service: 'frontend', alb: { listenerRule: rule } }] });
    expect(brief(found)[0]).toBe('RuleNotFound spec.traffic[0].alb.listenerRule');
    expect(found[0]?.message).toContain(rule);
    const other = refusals({ traffic: [{ service: 'frontend', alb: { listener: `${listener}0` } }] });
    expect(brief(other)[0]).toBe('ListenerNotFound spec.traffic[0].alb.listener');
  });

  test("L6: a listener's default rule is not for ModifyRule", () => {
    const rule = exportOf(SIMPLE).elbv2.rules[0]?.RuleArn ?? '';
    const found = refusals({ traffic: [{ service: 'frontend', alb: { listenerRule: rule } }] });
    expect(brief(found)[0]).toBe('DefaultRule spec.traffic[0].alb.listenerRule');
  });

  test('a forward to several target groups, and one to a group of another service', () => {
    const split = refusals({}, (exported) => {
      const action = exported.elbv2.listeners[0]?.DefaultActions?.[0];
      action?.ForwardConfig?.TargetGroups?.push({ TargetGroupArn: 'arn:of:another', Weight: 0 });
    });
    expect(brief(split)).toEqual(['RuleNotOneTargetGroup spec.traffic[0].alb.listener']);
    const wrong = refusals({ traffic: [{ service: 'user-api', alb: { listener } }] });
    expect(brief(wrong)).toContain('RuleNotOneTargetGroup spec.traffic[0].alb.listener');
  });

  test('an entry that is not in the mesh', () => {
    const found = refusals({}, (exported) => {
      const task = exported.ecs.taskDefinitions.find((one) => one.taskDefinition.family === 'frontend')?.taskDefinition;
      if (task === undefined) throw new Error('the fixture lost frontend');
      task.containerDefinitions = task.containerDefinitions?.filter((container) => container.name !== 'envoy') ?? [];
    });
    expect(brief(found)).toContain('ServiceNotMeshed spec.traffic[0].service');
  });

  test('one listener named twice', () => {
    const entry = { service: 'frontend', alb: { listener } };
    expect(brief(refusals({ traffic: [entry, entry] }))).toEqual(['EntryNamedTwice spec.traffic[1].alb.listener']);
  });
});

describe('the closed subgraph', () => {
  test('a called service that the list leaves out is refused by name', () => {
    const found = refusals({ services: { 'user-api': { cutover: 'parallel' } } });
    expect(brief(found)).toEqual(['CalledServiceLeftOut spec.services']);
    expect(found[0]?.message).toContain('stock-api, which is called by frontend as stock.local:8081');
  });

  test('an empty list takes whatever is called', () => {
    expect(refusals({ services: {} })).toEqual([]);
  });

  test('a called service that is not in the cluster is refused by name', () => {
    const found = refusals({}, (exported) => {
      exported.ecs.services = exported.ecs.services.filter((service) => service.serviceName !== 'stock-api');
    });
    expect(brief(found)).toEqual(['CalledServiceLeftOut service/frontend']);
    expect(found[0]?.message).toContain('stock.local:8081');
  });

  test('a caller that stays behind is named, with the decision that opens a way', () => {
    const found = refusals({}, (exported) => addCaller(exported, 'batch', ['stock.local', 'user.local']));
    expect(brief(found)).toEqual(['FindingUndecided spec.decisions', 'FindingUndecided spec.decisions']);
    expect(found[0]?.message).toContain('batch calls it as stock.local:8081');
    expect(found[0]?.message).toContain(
      '{ code: OPS_CALLER_LEFT_BEHIND, place: service/stock-api, choice: … } to spec.decisions with one of: retain',
    );
  });

  test('blue of an entry is not retained, whoever calls it', () => {
    const found = refusals(
      { decisions: [{ code: 'OPS_CALLER_LEFT_BEHIND', place: 'service/frontend', choice: 'retain' }] },
      (exported) => {
        exported.appMesh.virtualServices.push({
          meshName: 'shop',
          virtualServiceName: 'frontend.local',
          spec: { provider: { virtualNode: { virtualNodeName: 'frontend-vn' } } },
        } as never);
        addCaller(exported, 'batch', ['frontend.local']);
      },
    );
    expect(brief(found)).toEqual(['CallerLeftBehind service/frontend']);
    expect(found[0]?.message).toContain('batch is not in this plan');
  });

  test('a circle is refused with its members', () => {
    const found = refusals({}, (exported) => {
      const user = nodeOf(exported, 'user-vn');
      user.backends = [calls('stock.local')];
      const stock = nodeOf(exported, 'stock-vn');
      stock.backends = [calls('user.local')];
    });
    expect(brief(found)).toEqual(['CycleNotYet service/stock-api']);
    expect(found[0]?.message).toContain('stock-api, user-api');
  });

  test('S14: a service that is on Service Connect already', () => {
    const found = refusals({}, (exported) => {
      const [deployment] = serviceOf(exported, 'stock-api').deployments ?? [];
      if (deployment === undefined) throw new Error('the fixture lost a deployment');
      deployment.serviceConnectConfiguration = { enabled: true, namespace: 'other' } as never;
    });
    expect(brief(found)).toEqual(['AlreadyOnServiceConnect service/stock-api']);
  });

  test('another way in that the plan does not name', () => {
    const found = refusals({}, (exported) => {
      const [first] = exported.elbv2.listeners;
      if (first === undefined) throw new Error('the fixture lost its listener');
      exported.elbv2.listeners.push({ ...first, ListenerArn: `${first.ListenerArn}-second` });
    });
    expect(brief(found)).toEqual(['TrafficEntryMissing spec.traffic']);
    expect(found[0]?.message).toContain(`${listener}-second`);
  });
});

const filtered = (exported: EstateExport): void => {
  const [mesh] = exported.appMesh.meshes;
  if (mesh !== undefined) mesh.spec = {} as never;
};

const undeclared = (exported: EstateExport): void => {
  const node = nodeOf(exported, 'frontend-vn');
  node.backends = [calls('stock.local')];
};

describe('findings', () => {
  test('a degraded one must be accepted', () => {
    expect(brief(refusals({}, filtered))).toEqual(['FindingNotAccepted spec.accept', 'FindingNotAccepted spec.accept']);
    expect(refusals({ accept: ['MESH_EGRESS_DROP_ALL', 'BACKEND_ACL_LOST'] }, filtered)).toEqual([]);
  });

  test.each([
    [
      'CODE_DEPLOY',
      (e: EstateExport) => {
        serviceOf(e, 'user-api').deploymentController = { type: 'CODE_DEPLOY' };
      },
    ],
    [
      'EXTERNAL',
      (e: EstateExport) => {
        serviceOf(e, 'user-api').deploymentController = { type: 'EXTERNAL' };
      },
    ],
  ])('E52: a service of the controller %s needs a decision', (_, alter) => {
    const found = refusals({}, alter);
    expect(brief(found)).toEqual(['DecisionNotYet service/user-api']);
    expect(found[0]?.message).toContain('ECS_CONTROLLER_UNSUPPORTED');
  });

  test.each([
    [
      'by its strategy',
      (e: EstateExport) => {
        serviceOf(e, 'frontend').deploymentConfiguration = { strategy: 'BLUE_GREEN' };
      },
    ],
    [
      'by its load balancer’s advanced configuration',
      (e: EstateExport) => {
        const [attached] = serviceOf(e, 'frontend').loadBalancers ?? [];
        if (attached === undefined) throw new Error('the fixture lost its load balancer');
        attached.advancedConfiguration = { productionListenerRule: 'arn:rule' };
      },
    ],
  ])('E51: a service whose listener weights are ECS’s own, %s, needs a decision', (_, alter) => {
    const found = refusals({}, alter);
    expect(brief(found)).toEqual(['DecisionNotYet service/frontend']);
    expect(found[0]?.message).toContain('ECS_BLUE_GREEN_STRATEGY');
  });

  test.each([
    [
      'EXTERNAL launch type',
      (e: EstateExport) => {
        serviceOf(e, 'user-api').launchType = 'EXTERNAL';
      },
    ],
    [
      'host network',
      (e: EstateExport) => {
        for (const one of e.ecs.taskDefinitions) one.taskDefinition.networkMode = 'host';
      },
    ],
  ])('%s is refused', (_, alter) => {
    const found = refusals({}, alter);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((one) => one.reason))).toEqual(new Set(['Blocked']));
  });

  test('a URL that no declared call covers must be decided', () => {
    const found = refusals({}, undeclared);
    expect(brief(found)).toEqual(['FindingUndecided spec.decisions']);
    expect(found[0]?.message).toContain('USER_API_URL names user.local:80');
    const decisions = [{ code: 'ENV_URL_NOT_ALIASED', place: 'service/frontend', choice: 'ignore' }];
    expect(refusals({ decisions }, undeclared)).toEqual([]);
  });

  test('an inventory with holes moves nothing, a denied read least of all', () => {
    const found = refusals({}, (exported) => {
      exported.errors.push({
        call: 'application-autoscaling:DescribeScalableTargets',
        code: 'InternalServiceException',
        message: 'x',
      });
      exported.errors.push({ call: 'elasticloadbalancing:DescribeRules', code: 'AccessDenied', message: 'y' });
    });
    expect(found.map((one) => one.reason)).toEqual(['DecisionNotYet', 'InventoryIncomplete']);
    expect(found[0]?.message).toContain('INVENTORY_FORBIDDEN');
  });

  test('alarms that were not read are no such hole: no plan rests on them', () => {
    for (const code of ['InternalFailure', 'AccessDenied']) {
      const found = refusals({}, (exported) => {
        exported.errors.push({ call: 'cloudwatch:DescribeAlarms', code, message: 'x' });
      });
      expect(found).toEqual([]);
    }
  });
});

test.each([
  [251, []],
  [252, ['GreenNameTooLong spec.target.nameSuffix']],
])('E73: a blue name of %i characters, with -sc and a digit for another attempt', (length, refused) => {
  const name = 'f'.repeat(length);
  const exported = exportOf(SIMPLE);
  const frontend = serviceOf(exported, 'frontend');
  frontend.serviceName = name;
  frontend.serviceArn = (frontend.serviceArn ?? '').replace(/[^/]*$/, name);
  const traffic = planFor(SIMPLE).spec.traffic.map((entry) => ({ ...entry, service: name }));
  const found = assess(planFor(SIMPLE, { traffic }), estateOf(SIMPLE, exported)).refusals;
  expect(brief(found)).toEqual(refused);
});
