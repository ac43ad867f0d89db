import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import type { GrpcProbe, HttpProbe } from '../../plan/probes.ts';
import { assess } from '../assess.ts';

const SIMPLE = '01-simple-three-tier';
const { traffic, gates } = planFor(SIMPLE).spec;
const { service, alb } = traffic[0] ?? { service: '', alb: { listener: '' } };
const listenerArn = 'listener' in alb ? alb.listener : '';
const RULE = `${listenerArn.replace(':listener/', ':listener-rule/')}/0123456789abcdef`;

type Rule = EstateExport['elbv2']['rules'][number];

const PROBE: HttpProbe = {
  service,
  path: '/health',
  host: null,
  expect: { status: 200, headers: {}, json: {} },
  parity: null,
};

/** What refuses the plan beside what refuses it without a probe. */
function refusals(
  probe: Partial<HttpProbe> | GrpcProbe,
  alter: (rule: Rule, exported: EstateExport) => void = () => undefined,
): string[] {
  const exported = exportOf(SIMPLE);
  const listener = exported.elbv2.listeners.find(({ ListenerArn }) => ListenerArn === listenerArn);
  const rule: Rule = { RuleArn: RULE, Priority: '10', Conditions: [], Actions: listener?.DefaultActions ?? [] };
  exported.elbv2.rules.push(rule);
  alter(rule, exported);
  const plan = planFor(SIMPLE, {
    traffic: [{ service, alb: { listenerRule: RULE } }],
    gates: { ...gates, probes: ['grpc' in probe ? probe : { ...PROBE, ...probe }] },
  });
  const found = assess(plan, estateOf(SIMPLE, exported)).refusals;
  return found
    .filter(({ reason }) => reason.startsWith('Probe'))
    .map(({ reason, place, message }) => `${reason} ${place} ${message}`);
}

test('an entry that takes the probe refuses nothing', () => {
  expect(refusals({})).toEqual([]);
});

const withLogin = (login: NonNullable<Rule['Actions']>[number]) =>
  refusals({}, (rule) => {
    rule.Actions = [{ ...login, Order: 1 }, ...(rule.Actions ?? []).map((action) => ({ ...action, Order: 2 }))];
  });

test('L4: a probe behind a login would be answered by the login', () => {
  const pool = { UserPoolArn: 'arn:aws:cognito-idp:pool', UserPoolClientId: 'client', UserPoolDomain: 'shop' };
  const cognito = (OnUnauthenticatedRequest: 'allow' | 'authenticate') => ({
    Type: 'authenticate-cognito' as const,
    AuthenticateCognitoConfig: { ...pool, OnUnauthenticatedRequest },
  });
  expect(withLogin(cognito('authenticate'))).toEqual([
    expect.stringMatching(/^ProbeBehindLogin spec\.gates\.probes\[0\] .*\(authenticate-cognito\).*Leave out/),
  ]);
  expect(withLogin(cognito('allow'))).toEqual([]);
  const oidc = {
    Type: 'authenticate-oidc' as const,
    AuthenticateOidcConfig: {
      Issuer: 'https://login.example.com',
      AuthorizationEndpoint: 'https://login.example.com/a',
      TokenEndpoint: 'https://login.example.com/t',
      UserInfoEndpoint: 'https://login.example.com/u',
      ClientId: 'shop',
      OnUnauthenticatedRequest: 'allow' as const,
    },
  };
  expect(withLogin(oidc)).toEqual([expect.stringContaining('authenticate-oidc')]);
});

const withPriority = (priority: string) =>
  refusals({}, (rule) => {
    rule.Priority = priority;
  });

test('L13: a rule of the first priority leaves no room before it', () => {
  expect(withPriority('1')).toEqual([expect.stringMatching(/^ProbePriorityTaken .*priority 1.*SetRulePriorities/)]);
  expect(withPriority('2')).toEqual([]);
});

const onApi = (rule: Rule) => {
  rule.Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }];
};

test('a path that the rule would not take does not reach green', () => {
  expect(refusals({}, onApi)).toEqual([
    expect.stringMatching(/^ProbeNotForEntry spec\.gates\.probes\[0\] .*takes the paths \/api\/\*, and \/health/),
  ]);
  expect(refusals({ path: '/api/health' }, onApi)).toEqual([]);
});

const TEST = `${listenerArn.slice(0, listenerArn.lastIndexOf('/'))}/00000000000000aa`;

const withCognito = ({ elbv2 }: EstateExport, own: Rule, Protocol: 'HTTP' | 'HTTPS'): void => {
  const pool = { UserPoolArn: 'arn', UserPoolClientId: 'c', UserPoolDomain: 'd' };
  own.Actions = [
    {
      Type: 'authenticate-cognito',
      Order: 1,
      AuthenticateCognitoConfig: { ...pool, OnUnauthenticatedRequest: 'allow' },
    },
    ...(own.Actions ?? []).map((action) => ({ ...action, Order: 2 })),
  ];
  for (const one of elbv2.listeners) if (one.ListenerArn === TEST) one.Protocol = Protocol;
};

describe('a listener for tests', () => {
  const TEST_RULE = TEST.replace(':listener/', ':listener-rule/');

  function refused(alter: (exported: EstateExport, own: Rule) => void = () => undefined): string[] {
    const exported = exportOf(SIMPLE);
    const listener = exported.elbv2.listeners.find(({ ListenerArn }) => ListenerArn === listenerArn);
    const rule: Rule = { RuleArn: RULE, Priority: '1', Conditions: [], Actions: listener?.DefaultActions ?? [] };
    exported.elbv2.rules.push(rule);
    exported.elbv2.listeners.push({ ...listener, ListenerArn: TEST, Port: 9090, Protocol: 'HTTP' });
    alter(exported, rule);
    const plan = planFor(SIMPLE, {
      traffic: [{ service, alb: { listenerRule: RULE, testListener: TEST } }],
      gates: { ...gates, probes: [PROBE] },
    });
    return assess(plan, estateOf(SIMPLE, exported))
      .refusals.filter(({ reason }) => /Probe|TestListener/.test(reason))
      .map(({ reason, place, message }) => `${reason} ${place} ${message}`);
  }

  const rule = (Priority: string, path: string): Rule => ({
    RuleArn: `${TEST_RULE}/${Priority}`,
    Priority,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
    Actions: [],
  });

  test('L13: takes the probes of an entry that leaves no room before it', () => {
    expect(refused()).toEqual([]);
    expect(refused(({ elbv2 }) => void elbv2.rules.push(rule('1', '/somebody'), rule('2', '/api/*')))).toEqual([]);
  });

  test('L13: whose first rules take the probe leaves no room either', () => {
    expect(refused(({ elbv2 }) => void elbv2.rules.push(rule('1', '/somebody'), rule('2', '/h*')))).toEqual([
      expect.stringMatching(
        /^ProbePriorityTaken spec\.traffic\[0\]\.alb\.testListener Rule 2 of the test listener .*SetRulePriorities/,
      ),
    ]);
    expect(refused(({ elbv2 }) => void elbv2.rules.push(rule('1', '/somebody'), rule('3', '/h*')))).toEqual([]);
  });

  test('that is not there is told with those that are', () => {
    const other = TEST.replace(/aa$/, 'bb');
    const rename = ({ elbv2 }: EstateExport): void => {
      for (const one of elbv2.listeners) if (one.ListenerArn === TEST) one.ListenerArn = other;
    };
    expect(refused(rename)).toEqual([expect.stringMatching(/^TestListenerNotFound .*00000000000000bb\.$/)]);
  });

  test('cannot carry the entry’s login without TLS', () => {
    expect(refused((exported, own) => withCognito(exported, own, 'HTTP'))).toEqual([
      expect.stringMatching(/^TestListenerWithoutTls .*Name an HTTPS listener/),
    ]);
    expect(refused((exported, own) => withCognito(exported, own, 'HTTPS'))).toEqual([]);
  });
});

const speaking = (rule: Rule, { elbv2 }: EstateExport, Protocol: 'HTTP' | 'HTTPS' = 'HTTPS'): void => {
  rule.Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/shop.Orders/*'] } }];
  for (const group of elbv2.targetGroups) group.ProtocolVersion = 'GRPC';
  for (const listener of elbv2.listeners) listener.Protocol = Protocol;
};

describe('gRPC health', () => {
  const HEALTH: GrpcProbe = { service, host: null, grpc: { service: 'shop.Orders' }, parity: false };

  test('is asked of a gRPC target group behind HTTPS', () => {
    expect(refusals(HEALTH, speaking)).toEqual([]);
  });

  test('is not asked of a target group that speaks HTTP/1.1', () => {
    expect(refusals(HEALTH)).toEqual([
      expect.stringMatching(
        /^ProbeNotForEntry spec\.gates\.probes\[0\] .*health by gRPC shop\.Orders .*write path instead/,
      ),
    ]);
  });

  test('L35: does not come in by HTTP', () => {
    expect(refusals(HEALTH, (rule, exported) => speaking(rule, exported, 'HTTP'))).toEqual([
      expect.stringMatching(/^ProbeNotForEntry .*this one is HTTP: name an HTTPS listener/),
    ]);
  });

  test('is what a gRPC target group is asked for, and no path', () => {
    expect(refusals({}, speaking)).toEqual([
      expect.stringMatching(/^ProbeNotForEntry .*GET \/health .*write grpc: \{\} instead of path/),
    ]);
  });
});

const full = (rule: Rule) => {
  rule.Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health', '/1', '/2', '/3', '/4'] } }];
};

test('L17: an entry whose rule has no room for the header has no rule for probes, and refuses where it is the only one', () => {
  expect(refusals({}, full)).toEqual([expect.stringContaining('5 condition values')]);
});
