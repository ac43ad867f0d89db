import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, type FixtureName, planFor } from '../../test/fixtures/estates.ts';
import type { EstateExport } from '../estate/export.ts';
import type { Estate } from '../estate/model.ts';
import type { Accepted, Decision, PlanSpec } from '../plan/model.ts';
import { parsePlan } from '../plan/parse.ts';
import { assess } from './assess.ts';
import { CATALOGUE, type FindingCode } from './catalogue.ts';
import { choicesOf } from './decisions.ts';
import { draftPlan } from './draftPlan.ts';
import { OPERATIONS, type OperationsCode } from './operations/catalogue.ts';
import { buildStack } from './stack.ts';

const SIMPLE = '01-simple-three-tier';
const GATEWAY = '03-gateway-grpc-mtls-shared';
const LONG = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(10)}`;
const ACM = { acm: { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/x' } };

function nodeOf(exported: EstateExport, name: string) {
  const found = exported.appMesh.virtualNodes.find((one) => one.virtualNodeName === name)?.spec;
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
}

function withTls(exported: EstateExport, name: string, tls: object): void {
  const [listener] = nodeOf(exported, name).listeners ?? [];
  if (listener === undefined) throw new Error(`the fixture lost the listener of ${name}`);
  Object.assign(listener, { tls: { mode: 'STRICT', ...tls } });
}

function serviceOf(exported: EstateExport, name: string): object {
  const found = exported.ecs.services.find((one) => one.serviceName === name);
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
}

/** The frontend calls the users by this name as well. */
function alsoCalled(exported: EstateExport, name: string): void {
  const own = exported.appMesh.virtualServices.find((one) => one.virtualServiceName === 'user.local');
  if (own === undefined) throw new Error('the fixture lost user.local');
  exported.appMesh.virtualServices.push({ ...own, virtualServiceName: name });
  nodeOf(exported, 'frontend-vn').backends?.push({ virtualService: { virtualServiceName: name } });
}

interface Way {
  code: FindingCode;
  place: string;
  alter: (exported: EstateExport) => void;
  /** With these the plan has no refusal left. */
  decisions: Decision[];
}

const certificate = (place: string): Decision => ({ code: 'TLS_ACM_TO_PCA', place, choice: 'plaintext' });

const WAYS: readonly Way[] = [
  {
    code: 'MTLS_LISTENER_VALIDATION',
    place: 'virtualNode/user-vn',
    alter: (to) => {
      withTls(to, 'user-vn', {
        certificate: ACM,
        validation: { trust: { file: { certificateChain: '/keys/ca.pem' } } },
      });
    },
    decisions: [
      { code: 'MTLS_LISTENER_VALIDATION', place: 'virtualNode/user-vn', choice: 'security-groups' },
      certificate('virtualNode/user-vn'),
    ],
  },
  {
    code: 'TLS_SDS_CERT',
    place: 'virtualNode/user-vn',
    alter: (to) => {
      withTls(to, 'user-vn', { certificate: { sds: { secretName: 'user' } } });
    },
    decisions: [{ code: 'TLS_SDS_CERT', place: 'virtualNode/user-vn', choice: 'plaintext' }],
  },
  {
    code: 'TLS_TARGET_GROUP_HTTPS',
    place: 'virtualNode/frontend-vn',
    alter: (to) => {
      withTls(to, 'frontend-vn', { certificate: ACM });
    },
    decisions: [
      { code: 'TLS_TARGET_GROUP_HTTPS', place: 'virtualNode/frontend-vn', choice: 'plaintext' },
      certificate('virtualNode/frontend-vn'),
    ],
  },
  {
    code: 'VS_NAME_INVALID',
    place: `virtualService/${LONG}`,
    alter: (to) => {
      alsoCalled(to, LONG);
    },
    decisions: [{ code: 'VS_NAME_INVALID', place: `virtualService/${LONG}`, choice: 'without-alias' }],
  },
];

/** Blockers that nothing in a plan opens. */
const SHUT: readonly Omit<Way, 'decisions'>[] = [
  {
    code: 'ALIAS_COLLISION',
    place: 'virtualService/user.local',
    alter: (to) => {
      alsoCalled(to, 'USER.local');
    },
  },
  {
    code: 'ECS_EXPRESS',
    place: 'service/user-api',
    alter: (to) => Object.assign(serviceOf(to, 'user-api'), { resourceManagementType: 'ECS' }),
  },
  {
    code: 'ECS_PLATFORM_UNSUPPORTED',
    place: 'service/user-api',
    alter: (to) => Object.assign(serviceOf(to, 'user-api'), { launchType: 'EXTERNAL' }),
  },
  {
    code: 'MESH_PREVIEW_CHANNEL',
    place: 'taskDefinition/user-api',
    alter: (to) => {
      for (const { taskDefinition } of to.ecs.taskDefinitions) {
        const envoy = taskDefinition.containerDefinitions?.find((one) => one.name === 'envoy');
        if (taskDefinition.family === 'user-api') envoy?.environment?.push({ name: 'APPMESH_PREVIEW', value: '1' });
      }
    },
  },
];

function estateWith({ alter }: Pick<Way, 'alter'>): Estate {
  const exported = exportOf(SIMPLE);
  alter(exported);
  return estateOf(SIMPLE, exported);
}

const refusalsOf = (estate: Estate, change: Partial<PlanSpec>, name: FixtureName = SIMPLE) =>
  assess(planFor(name, change), estate).refusals;

const degradedOf = (estate: Estate): string[] =>
  assess(planFor(SIMPLE), estate)
    .findings.filter((one) => one.severity === 'degraded')
    .map((one) => one.code);

const codesOf = (ways: readonly { code: FindingCode }[]): string[] => ways.map((one) => one.code).toSorted();

test('every blocker is tested here, with its way out or with none', () => {
  // A plan is of ECS services, so none meets what runs in Kubernetes.
  const blockers = (Object.keys(CATALOGUE) as FindingCode[]).filter(
    (code) => CATALOGUE[code].severity === 'blocker' && code !== 'NODE_ON_KUBERNETES',
  );
  expect(blockers.filter((code) => choicesOf(code) !== undefined).toSorted()).toEqual(codesOf(WAYS));
  expect(blockers.filter((code) => choicesOf(code) === undefined).toSorted()).toEqual(codesOf(SHUT));
});

describe.each(WAYS.map((way) => [way.code, way] as const))('%s', (code, way) => {
  const estate = estateWith(way);
  const accept = degradedOf(estate);

  test('undecided, it refuses the plan and names the code, the place and the choices', () => {
    const decisions = way.decisions.filter((one) => one.code !== code);
    const found = refusalsOf(estate, { accept, decisions: [] }).find((one) => one.message.startsWith(code));
    expect(found).toMatchObject({ reason: 'FindingUndecided', place: 'spec.decisions' });
    for (const text of [way.place, choicesOf(code)]) expect(found?.message).toContain(text);
    // Where the certificate alone is decided to be plaintext, a load balancer has nothing of TLS to talk to.
    const others = refusalsOf(estate, { accept, decisions });
    expect(others.length).toBe(code === 'TLS_TARGET_GROUP_HTTPS' ? 0 : 1);
  });

  test('decided, the plan is not refused', () => {
    expect(refusalsOf(estate, { accept, decisions: way.decisions })).toEqual([]);
  });

  test('the plan that init writes offers the choice as a comment, which is all that is missing', () => {
    const { text, obstacles } = draftPlan(estate, {
      name: 'shop',
      cluster: 'shop',
      mesh: 'shop',
      entries: ['frontend'],
      alarms: { chosen: ['errors'], others: [], bakeMsMin: 0 },
    });
    expect(obstacles).toEqual([]);
    const choice = way.decisions.find((one) => one.code === code)?.choice ?? '';
    expect(text).toContain(`  #  - { code: ${code}, place: "${way.place}", choice: ${choice} }`);
    const read = parsePlan(text.replaceAll(/^ {2}#(?=(accept|decisions):| {2}- )/gm, '  '));
    expect('plan' in read ? assess(read.plan, estate).refusals : read.errors).toEqual([]);
  });

  test('a choice that is none is refused with the list', () => {
    const decisions = [{ code, place: way.place, choice: 'never-mind' }];
    const found = refusalsOf(estate, { accept, decisions }).find((one) => one.reason === 'ChoiceNotYet');
    expect(found?.message).toContain('never-mind');
    expect(found?.message).toContain(choicesOf(code));
  });
});

test.each(SHUT.map((way) => [way.code, way] as const))('%s stays refused whatever the plan says', (code, way) => {
  const estate = estateWith(way);
  const decisions = [{ code, place: way.place, choice: 'anything' }];
  const found = refusalsOf(estate, { accept: [...degradedOf(estate), code], decisions });
  expect(found.map((one) => one.reason)).toContain('Blocked');
  expect(found.find((one) => one.reason === 'Blocked')?.message).toContain('No choice opens a way out of it');
});

test('mTLS decided for security groups still asks for the certificate, and green has no TLS', () => {
  const way = WAYS[0];
  if (way === undefined) throw new Error('no way is left');
  const estate = estateWith(way);
  const accept = degradedOf(estate);
  const half = refusalsOf(estate, { accept, decisions: way.decisions.slice(0, 1) });
  expect(half.map((one) => one.message.split(' ')[0])).toEqual(['TLS_ACM_TO_PCA']);
  const plan = planFor(SIMPLE, { accept, decisions: way.decisions });
  const services = buildStack(plan, estate, assess(plan, estate), 1).resources.filter((one) => one.kind === 'service');
  expect(services).toHaveLength(3);
  for (const service of services) {
    expect(service.serviceConnect.services.map((one) => one.tls)).toEqual(
      service.serviceConnect.services.map(() => undefined),
    );
    const blue = estate.services.find((one) => one.name === service.blueService)?.service.networkConfiguration;
    expect(service.input.networkConfiguration).toEqual(blue);
  }
});

test('a name decided to be without an alias is in no green service, and no call by it is waited for', () => {
  const way = WAYS.find((one) => one.code === 'VS_NAME_INVALID');
  if (way === undefined) throw new Error('no way is left');
  const estate = estateWith(way);
  const plan = planFor(SIMPLE, { decisions: way.decisions });
  const assessment = assess(plan, estate);
  const shown = JSON.stringify(buildStack(plan, estate, assessment, 1).resources);
  expect(shown).not.toContain(LONG);
  expect(shown).toContain('"dnsName":"user.local"');
  expect(assessment.edges.map((edge) => edge.virtualService)).not.toContain(LONG);
  expect(assessment.services).toContain('user-api');
});

test('a name that can be an alias stays one, whatever is decided for it', () => {
  const decisions = [{ code: 'VS_NAME_INVALID', place: 'virtualService/user.local', choice: 'without-alias' }];
  const estate = estateOf(SIMPLE);
  const [plain, decided] = [planFor(SIMPLE), planFor(SIMPLE, { decisions })].map((plan) => {
    const assessment = assess(plan, estate);
    return { assessment, stack: buildStack(plan, estate, assessment, 1) };
  });
  expect(decided).toEqual(plain);
  expect(JSON.stringify(plain?.stack)).toContain('"dnsName":"user.local"');
});

test('03: the plan names both places of mTLS with their choices, and no more once they are decided', () => {
  const estate = estateOf(GATEWAY);
  const mutual = (change: Partial<PlanSpec>) =>
    refusalsOf(estate, change, GATEWAY).filter((one) => one.message.startsWith('MTLS_LISTENER_VALIDATION'));
  const places = ['virtualNode/catalog-vn', 'virtualNode/inventory-vn'];
  expect(mutual({}).map((one) => one.reason)).toEqual(['FindingUndecided', 'FindingUndecided']);
  for (const [index, place] of places.entries()) expect(mutual({})[index]?.message).toContain(place);
  const decisions = places.map((place) => ({ code: 'MTLS_LISTENER_VALIDATION', place, choice: 'security-groups' }));
  expect(mutual({ decisions: decisions.slice(1) })[0]?.message).toContain('virtualNode/catalog-vn');
  expect(mutual({ decisions })).toEqual([]);
});

const reasons = (...decisions: Decision[]): string[] =>
  refusalsOf(estateOf(SIMPLE), { decisions }).map((one) => `${one.reason} ${one.place}`);

describe('what is decided for nothing', () => {
  test('a code that no finding has, and one that leaves no choice', () => {
    expect(
      reasons(
        { code: 'NO_SUCH_THING', place: 'service/frontend', choice: 'confirm' },
        { code: 'ECS_EXPRESS', place: 'service/frontend', choice: 'ignore' },
      ),
    ).toEqual(['UnknownFinding spec.decisions[0].code', 'NoChoice spec.decisions[1].code']);
  });

  test('a choice that is none is refused though nothing asks for it, and one that is no longer needed is not', () => {
    const place = 'virtualNode/elsewhere';
    expect(reasons({ code: 'TLS_FILE_CERT', place, choice: 'private-ca' })).toEqual([
      'ChoiceNotYet spec.decisions[0].choice',
    ]);
    expect(reasons({ code: 'TLS_FILE_CERT', place, choice: 'plaintext' })).toEqual([]);
  });
});

test('a loss is accepted everywhere, or at one place alone', () => {
  const exported = exportOf(SIMPLE);
  for (const name of ['user-vn', 'stock-vn']) {
    const [listener] = nodeOf(exported, name).listeners ?? [];
    Object.assign(listener ?? {}, { connectionPool: { http: { maxConnections: 5 } } });
  }
  const estate = estateOf(SIMPLE, exported);
  const code = 'CONNECTION_POOL_LOST';
  const open = (...accept: (string | Accepted)[]): number => refusalsOf(estate, { accept }).length;
  expect(open()).toBe(2);
  expect(open(code)).toBe(0);
  expect(open({ code, place: 'virtualNode/user-vn' })).toBe(1);
  expect(open({ code, place: 'virtualNode/user-vn' }, { code, place: 'virtualNode/stock-vn' })).toBe(0);
  expect(open({ code, place: 'virtualNode/frontend-vn' })).toBe(2);
});

test('no plan with an undecided blocker is without a refusal of it, whatever else it says', () => {
  const estates = [...WAYS, ...SHUT].map((way) => ({ way, estate: estateWith(way) }));
  const accepted = Object.keys(CATALOGUE);
  fc.assert(
    fc.property(
      fc.constantFrom(...estates),
      fc.subarray(WAYS.flatMap((way) => way.decisions)),
      fc.array(fc.constantFrom('plaintext', 'security-groups', 'without-alias', 'confirm', '/'), { maxLength: 3 }),
      ({ way, estate }, decisions, words) => {
        const wild = words.map((choice, index) => ({ code: way.code, place: `${way.place}${index}`, choice }));
        const said = [...decisions, ...wild];
        const { findings, refusals } = assess(planFor(SIMPLE, { accept: accepted, decisions: said }), estate);
        for (const { code, place, severity } of findings) {
          if (severity !== 'blocker' || said.some((one) => one.code === code && one.place === place)) continue;
          expect(refusals.filter((one) => one.message.startsWith(`${code} at ${place}:`))).toHaveLength(1);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe('what the move does beyond the mesh', () => {
  const estate = estateWith({
    alter: (exported) => {
      Object.assign(serviceOf(exported, 'user-api'), {
        desiredCount: 1,
        deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
        tags: [{ key: 'ManagedBy', value: 'Terraform' }],
      });
    },
  });
  const decision = { code: 'OPS_SINGLETON', place: 'service/user-api', choice: 'parallel' };

  test('is decided and accepted as what the mesh loses is', () => {
    const [undecided, unaccepted, ...others] = refusalsOf(estate, {});
    expect(undecided).toMatchObject({ reason: 'FindingUndecided', message: expect.stringContaining('OPS_SINGLETON') });
    expect(unaccepted).toMatchObject({
      reason: 'FindingNotAccepted',
      message: expect.stringContaining('OPS_UNDER_TERRAFORM'),
    });
    expect(others).toEqual([]);
    expect(refusalsOf(estate, { decisions: [decision] })).toEqual([unaccepted]);
    expect(refusalsOf(estate, { decisions: [decision], accept: ['OPS_UNDER_TERRAFORM'] })).toEqual([]);
  });

  test('has a choice wherever a plan has to decide it', () => {
    const proposals = new Set(['OPS_IN_NO_PLAN', 'OPS_NAME_TAKEN', 'OPS_NAME_TOO_LONG']);
    const open = (Object.keys(OPERATIONS) as OperationsCode[]).filter(
      (code) => OPERATIONS[code].severity === 'needs-decision' && !proposals.has(code),
    );
    expect(open.filter((code) => choicesOf(code) === undefined)).toEqual([]);
  });
});
