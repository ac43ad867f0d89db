import { describe, expect, test } from 'vitest';
import { withAlarms } from '../../../../test/fixtures/alarms.ts';
import { estateOf, exportOf, type FixtureName, planFor } from '../../../../test/fixtures/estates.ts';
import { asTerraformMadeIt, terraformStateOf } from '../../../../test/fixtures/terraformState.ts';
import { assess } from '../../../assess/assess.ts';
import { buildStack } from '../../../assess/stack.ts';
import type { Estate } from '../../model.ts';
import { readTerraformState } from './readTerraform.ts';

const FIXTURES: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

/** What the APIs answer and no state holds: what happened, what is counted, and what AWS adds for itself. */
const IN_NO_STATE = new Set([
  // Of an ECS service.
  'createdAt',
  'createdBy',
  'currentServiceDeployment',
  'currentServiceRevisions',
  'deployments',
  'events',
  'pendingCount',
  'platformFamily',
  'resourceManagementType',
  'roleArn',
  'runningCount',
  'status',
  'strategy',
  'bakeTimeInMinutes',
  // Of a task definition.
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'requiresAttributes',
]);

/** Lists that are sets in Terraform, and come back in an order of its own. */
const SETS = new Set([
  'backends',
  'certificateAuthorityArns',
  'exact',
  'headers',
  'httpRetryEvents',
  'metadata',
  'ports',
  'properties',
  'securityGroups',
  'subnets',
  'tags',
  'taskDefinitionTags',
  'tcpRetryEvents',
  'grpcRetryEvents',
  'targets',
  'weightedTargets',
]);

/** What the provider stores whether it was said or not, and means the same. */
const SAME_AS_ABSENT: Readonly<Record<string, unknown>> = {
  cpu: 0,
  enableFaultInjection: false,
  availabilityZoneRebalancing: 'DISABLED',
  invert: false,
  healthCheckGracePeriodSeconds: 0,
};

/** What a state can tell of an estate, in one order. */
function told(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => told(item)).map((item) => JSON.stringify(item));
    const ordered = SETS.has(name) ? items.toSorted() : items;
    return ordered.length === 0 ? undefined : ordered.map((item) => JSON.parse(item) as unknown);
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([member, inner]) => !IN_NO_STATE.has(member) && SAME_AS_ABSENT[member] !== inner)
    .map(([member, inner]) => [member, told(inner, member)] as const)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members);
}

/** Facts without which file told them: a state's are recorded, and an API's certain. Container instances are in no state. */
const anySource = ({ containerInstances: _instances, ...estate }: Estate): Estate =>
  JSON.parse(
    JSON.stringify(estate, (name, value: unknown) =>
      name === 'readFrom' ? undefined : name === 'certainty' && value === 'recorded' ? 'certain' : value,
    ),
  ) as Estate;

/** How App Mesh answered, what no call read, and default rules, which are no resources, stand aside. */
const comparable = ({ errors: _errors, rules, ...rest }: Estate): unknown => ({
  ...(told({ ...rest, mesh: { ...rest.mesh, answer: undefined } }) as object),
  rules: told(rules.filter((rule) => rule.IsDefault !== true)),
});

const fromState = (name: FixtureName) =>
  readTerraformState(JSON.stringify(terraformStateOf(withAlarms(exportOf(name)))), 'x.tfstate');

describe.each(FIXTURES)('%s, told by the state that Terraform would have of it', (name) => {
  const reading = fromState(name);
  const live = anySource(estateOf(name, asTerraformMadeIt(withAlarms(exportOf(name)))));
  const stored = anySource(estateOf(name, reading.exported));

  test('nothing of it is unresolved, and everything says where it was read', () => {
    expect(reading.unresolved).toEqual([]);
    const origins = Object.values(reading.exported.readFrom ?? {});
    expect(origins.length).toBeGreaterThan(20);
    expect(origins.filter((one) => one.address === undefined || one.where !== 'x.tfstate')).toEqual([]);
  });

  test('is the estate that the APIs tell', () => {
    expect(comparable(stored)).toEqual(comparable(live));
  });

  test('its alarms are those that CloudWatch tells, member by member', () => {
    const { metricAlarms, compositeAlarms } = withAlarms(exportOf(name)).cloudWatch;
    expect(reading.exported.cloudWatch).toEqual({ metricAlarms, compositeAlarms });
    expect(stored.alarms?.map((one) => one.name)).toEqual([
      'entry-any',
      'entry-cpu',
      'entry-running',
      'entry-slow',
      'page',
      'users-errors',
    ]);
  });

  test('has the same findings, waves and stack', () => {
    const plan = planFor(name);
    const [ours, theirs] = [stored, live].map((estate) => {
      const assessment = assess(plan, estate);
      return { assessment, stack: buildStack(plan, estate, assessment, 1) };
    });
    expect(ours).toEqual(theirs);
  });
});
