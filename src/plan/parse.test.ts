import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseManifest, parsePlan } from './parse.ts';
import { DEFAULT_STEPS } from './schema/ramp.ts';

const RULE =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee';
const LISTENER =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';

const SMALLEST = `apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  source: { cluster: shop, mesh: shop }
  traffic:
    - { service: frontend, alb: { listenerRule: "${RULE}" } }
  gates: { alarms: [shop-5xx] }
`;

/** The smallest plan with these members of `spec` in place of its own, as a text. */
function planText(change: Record<string, unknown>): string {
  const manifest = parse(SMALLEST);
  return stringify({ ...manifest, spec: { ...manifest.spec, ...change } });
}

const ENTRY = { service: 'frontend', alb: { listenerRule: RULE } };
const entry = (alb: Record<string, unknown>) => ({ traffic: [{ ...ENTRY, alb }] });
const NETWORK_LISTENER = LISTENER.replace('/app/', '/net/');

function planOf(text: string) {
  const read = parsePlan(text);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read.plan;
}

function errorsOf(text: string) {
  const read = parsePlan(text);
  return 'errors' in read ? read.errors : [];
}

const SHORT_RESCUE = SMALLEST.replace('spec:\n', 'spec:\n  strategy: rescue\n');

const steps = (ramp: unknown) => planOf(planText({ ramp })).spec.ramp.steps;

describe('what is accepted', () => {
  test('a rescue has a short ramp, may have short bakes, and goes on below what blue should carry; each only where the plan is silent', () => {
    const { spec } = planOf(SHORT_RESCUE);
    expect(spec).toMatchObject({
      strategy: 'rescue',
      ramp: { steps: DEFAULT_STEPS.rescue },
      gates: { shortBakes: 'force' },
      rollback: { viability: { min: 100, below: 'goForward' }, strategy: 'immediate' },
    });
    const said = planOf(
      planText({
        strategy: 'rescue',
        ramp: { steps: [{ weight: 100, bake: '1m' }] },
        gates: { alarms: ['shop-5xx'], shortBakes: 'refuse' },
        rollback: { viability: { min: 50, below: 'hold' }, strategy: 'immediate' },
      }),
    ).spec;
    expect(said).toMatchObject({
      ramp: { steps: [{ weight: 100, bakeMs: 60_000 }] },
      gates: { shortBakes: 'refuse' },
      rollback: { viability: { min: 50, below: 'hold' }, strategy: 'immediate' },
    });
  });

  test('the smallest plan gets every default', () => {
    expect(planOf(SMALLEST)).toEqual({
      name: 'shop',
      spec: {
        strategy: 'migrate',
        access: null,
        source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' },
        target: { nameSuffix: '-sc', serviceConnect: { namespace: 'shop-sc' }, shared: [] },
        services: {},
        traffic: [{ service: 'frontend', alb: { listenerRule: RULE } }],
        ramp: { steps: DEFAULT_STEPS.migrate, rehearse: false },
        gates: {
          alarms: ['shop-5xx'],
          createAlarms: null,
          shortBakes: 'refuse',
          approvals: [],
          windows: [],
          analysis: null,
          probes: [],
        },
        onDrift: 'pause',
        rollback: { keepGreenMs: 0, viability: { min: 100, below: 'hold' }, strategy: 'immediate' },
        retire: { soakMs: 86_400_000, mesh: 'keep', evidence: 'metrics', registries: 'handOver' },
        accept: [],
        decisions: [],
        notify: [],
        paused: false,
      },
    });
  });

  test('everything that is built can be written', () => {
    const text = `apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  strategy: migrate
  access: { roleArn: "arn:aws:iam::123456789012:role/ops/spoke", externalId: id-1, region: eu-west-1 }
  source: { cluster: shop, mesh: shop, onSourceChange: pause }
  target: { nameSuffix: -green, serviceConnect: { namespace: green.internal }, shared: [stock-api] }
  services:
    mailer: { cutover: parallel }
    Stock_API: {}
  traffic:
    - { service: frontend, alb: { listener: "${LISTENER}" } }
  ramp:
    rehearse: true
    steps: [ { weight: 5, bake: 5m }, { weight: 100, bake: 1h30m } ]
  gates:
    alarms: [ shop-5xx, shop-p99 ]
    analysis:
      errorRate: { max: 0.5%, maxVsBlue: 2 }
      latencyP99: { max: 800ms }
      latencyP50: { maxVsBlue: 1.2 }
      requests: { min: 200 }
      window: 10m
    approvals: [ beforeRetire ]
    windows: [ { timeZone: Europe/Berlin, freeze: "Fri 16:00 - Mon 06:00" } ]
    probes:
      - { service: frontend, path: /health }
      - service: frontend
        host: shop.example.com
        path: "/api/items?page=1"
        expect: { status: 204, headers: { Content-Type: text/html }, json: { "": null, /a/0/b~1c: 1 } }
        parity: { headers: [ ETag ], ignore: [ /at ] }
      - { service: frontend, path: /, parity: true }
  onDrift: pause
  rollback: { keepGreen: 1h, strategy: gradual, viability: { min: 80, below: rollBackNow } }
  retire: { soak: 500ms, mesh: delete, evidence: callGraph }
  accept: [ RETRY_POLICY_LOST, { code: OUTLIER_LOST, place: virtualNode/user-vn } ]
  decisions:
    - { code: ROUTE_WEIGHTED_SPLIT, place: virtualRouter/catalog, choice: alb }
  notify:
    - { webhook: "https://example.com/x", form: slack, on: [ rollback ] }
    - { webhook: "http://127.0.0.1:8080/" }
    - { sns: "arn:aws:sns:eu-west-1:123456789012:shop.fifo", on: [ settled ] }
    - { eventBridge: default, on: [ settled ] }
  paused: true
`;
    expect(planOf(text).spec).toEqual({
      strategy: 'migrate',
      access: { roleArn: 'arn:aws:iam::123456789012:role/ops/spoke', externalId: 'id-1', region: 'eu-west-1' },
      source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' },
      target: { nameSuffix: '-green', serviceConnect: { namespace: 'green.internal' }, shared: ['stock-api'] },
      services: { mailer: { cutover: 'parallel' }, Stock_API: { cutover: 'parallel' } },
      traffic: [{ service: 'frontend', alb: { listener: LISTENER } }],
      ramp: {
        rehearse: true,
        steps: [
          { weight: 5, bakeMs: 300_000 },
          { weight: 100, bakeMs: 5_400_000 },
        ],
      },
      gates: {
        alarms: ['shop-5xx', 'shop-p99'],
        createAlarms: null,
        shortBakes: 'refuse',
        approvals: ['beforeRetire'],
        windows: [{ timeZone: 'Europe/Berlin', freeze: { kind: 'weekly', from: 6720, until: 360 } }],
        analysis: {
          errorRate: { max: 0.005, maxVsBlue: 2 },
          latencies: [
            { percentile: 50, maxMs: null, maxVsBlue: 1.2 },
            { percentile: 99, maxMs: 800, maxVsBlue: null },
          ],
          requestsMin: 200,
          windowMs: 600_000,
        },
        probes: [
          {
            service: 'frontend',
            path: '/health',
            host: null,
            expect: { status: 200, headers: {}, json: {} },
            parity: null,
          },
          {
            service: 'frontend',
            path: '/api/items?page=1',
            host: 'shop.example.com',
            expect: { status: 204, headers: { 'content-type': 'text/html' }, json: { '': null, '/a/0/b~1c': 1 } },
            parity: { headers: ['etag'], ignore: ['/at'] },
          },
          {
            service: 'frontend',
            path: '/',
            host: null,
            expect: { status: 200, headers: {}, json: {} },
            parity: { headers: [], ignore: [] },
          },
        ],
      },
      onDrift: 'pause',
      rollback: { keepGreenMs: 3_600_000, viability: { min: 80, below: 'rollBackNow' }, strategy: 'gradual' },
      retire: { soakMs: 500, mesh: 'delete', evidence: 'callGraph', registries: 'handOver' },
      accept: ['RETRY_POLICY_LOST', { code: 'OUTLIER_LOST', place: 'virtualNode/user-vn' }],
      decisions: [{ code: 'ROUTE_WEIGHTED_SPLIT', place: 'virtualRouter/catalog', choice: 'alb' }],
      notify: [
        { kind: 'webhook', url: 'https://example.com/x', form: 'slack', on: ['rollback'] },
        {
          kind: 'webhook',
          url: 'http://127.0.0.1:8080/',
          form: 'json',
          on: ['transitions', 'warnings', 'rollback', 'approval', 'settled'],
        },
        { kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:123456789012:shop.fifo', on: ['settled'] },
        { kind: 'eventBridge', bus: 'default', on: ['settled'] },
      ],
      paused: true,
    });
  });

  test('canary and linear are ECS’s own shorthands', () => {
    expect(steps({ canary: { canaryPercent: 20, canaryBakeTime: '2m' } })).toEqual([
      { weight: 20, bakeMs: 120_000 },
      { weight: 100, bakeMs: 120_000 },
    ]);
    expect(steps({ canary: {} })[0]).toEqual({ weight: 5, bakeMs: 600_000 });
    expect(steps({ canary: { canaryPercent: 100 } })).toEqual([{ weight: 100, bakeMs: 600_000 }]);
    expect(steps({ linear: { stepPercent: 30, stepBakeTime: '1m' } }).map((step) => step.weight)).toEqual([
      30, 60, 90, 100,
    ]);
    expect(steps({ linear: {} })).toHaveLength(10);
  });

  test('JSON is YAML too, and the manifest is kept as the user wrote it', () => {
    const manifest = parse(SMALLEST);
    const read = parsePlan(JSON.stringify(manifest, null, 2));
    expect(read).toMatchObject({ plan: { name: 'shop' }, manifest });
    expect(parseManifest(manifest, 'shop')).toMatchObject({ plan: planOf(SMALLEST) });
  });
});

const HOOK = 'https://example.com/';
const hook = (channel: object) => ({ notify: [channel] });
const step = (weight: number, bake: unknown = '1m') => ({ weight, bake });

describe('what is refused, with its place', () => {
  test('an unknown key, at its own line and column, with the known ones', () => {
    const text = SMALLEST.replace('  gates: {', '  pausd: true\n  gates: {');
    expect(errorsOf(text)).toEqual([
      {
        place: 'spec.pausd',
        message: expect.stringMatching(/^unknown key "pausd"; known here: accept, .*paused/),
        line: 8,
        column: 3,
      },
    ]);
  });

  test('a bake of "5 minutes please", with what is accepted', () => {
    const text = SMALLEST.replace(
      '  gates:',
      '  ramp:\n    steps:\n      - weight: 100\n        bake: 5 minutes please\n  gates:',
    );
    expect(errorsOf(text)).toEqual([
      {
        place: 'spec.ramp.steps[0].bake',
        message: '"5 minutes please" is no duration: write a whole number with a unit: 500ms, 30s, 5m, 24h or 1h30m',
        line: 11,
        column: 15,
      },
    ]);
  });

  test('weights that fall, and a last one below 100', () => {
    const text = SMALLEST.replace(
      '  gates:',
      '  ramp:\n    steps:\n      - { weight: 50, bake: 1m }\n      - { weight: 25, bake: 1m }\n  gates:',
    );
    expect(errorsOf(text)).toEqual([
      {
        place: 'spec.ramp.steps[1].weight',
        message: expect.stringContaining('25 comes after 50'),
        line: 11,
        column: 19,
      },
      {
        place: 'spec.ramp.steps[1].weight',
        message: expect.stringContaining('must have weight 100'),
        line: 11,
        column: 19,
      },
    ]);
  });

  test('every error at once, in the order of the text', () => {
    const places = errorsOf(
      SMALLEST.replace('name: shop', 'name: Shop').replace('mesh: shop', 'mesh: 7').replace('[shop-5xx]', '[a, a]'),
    ).map((error) => error.place);
    expect(places).toEqual(['metadata.name', 'spec.source.mesh', 'spec.gates.alarms[1]']);
  });

  const cases: [string, Record<string, unknown>, string, RegExp][] = [
    ['a weight of 0', { ramp: { steps: [step(0), step(100)] } }, 'spec.ramp.steps[0].weight', /1 to 100/],
    ['half a percent', { ramp: { steps: [step(0.5)] } }, 'spec.ramp.steps[0].weight', /whole number/],
    ['equal weights', { ramp: { steps: [step(100), step(100)] } }, 'spec.ramp.steps[1].weight', /rise/],
    ['no role', { access: { roleArn: 'spoke' } }, 'spec.access.roleArn', /ARN of an IAM role/],
    ['an id for no role', { access: { externalId: 'id', region: 'eu-west-1' } }, 'spec.access.externalId', /roleArn/],
    ['an access to nothing', { access: {} }, 'spec.access', /leave it out/],
    ['no Region', { access: { region: 'http://x' } }, 'spec.access.region', /must be a Region/],
    ...[
      'x.evil.example/#',
      'eu-west-1@evil.example',
      'eu-west-1.evil.example',
      'eu-west-1\n',
      'eu-west-1#',
      'eu-west-1:80/x',
    ].map((region): [string, Record<string, unknown>, string, RegExp] => [
      `a Region that would be another host (${JSON.stringify(region)})`,
      { access: { region } },
      'spec.access.region',
      /must be a Region/,
    ]),
    [
      'a role of another account than the entry',
      { access: { roleArn: 'arn:aws:iam::444455556666:role/spoke' } },
      'spec.traffic[0].alb.listenerRule',
      /is in the account 123456789012, and spec.access.roleArn leads to 444455556666/,
    ],
    [
      'another Region than the entry',
      { access: { region: 'eu-central-1' } },
      'spec.traffic[0].alb.listenerRule',
      /is in eu-west-1, and spec.access.region is eu-central-1/,
    ],
    ['two ramps', { ramp: { canary: {}, linear: {} } }, 'spec.ramp', /exactly one/],
    ['no ramp in a ramp', { ramp: {} }, 'spec.ramp', /exactly one/],
    ['no steps', { ramp: { steps: [] } }, 'spec.ramp.steps', /at least one step/],
    ['a bake without a unit', { ramp: { steps: [step(100, 30)] } }, 'spec.ramp.steps[0].bake', /with a unit.*is 30/],
    ['a long canary', { ramp: { canary: { canaryBakeTime: '25h' } } }, 'spec.ramp.canary.canaryBakeTime', /than 24h/],
    ['a linear step below 3', { ramp: { linear: { stepPercent: 2 } } }, 'spec.ramp.linear.stepPercent', /3 to 100/],
    ['no traffic', { traffic: [] }, 'spec.traffic', /at least one/],
    ['a listener for a rule', entry({ listenerRule: LISTENER }), 'spec.traffic[0].alb.listenerRule', /ARN of a rule/],
    ['a rule for a listener', entry({ listener: RULE }), 'spec.traffic[0].alb.listener', /ARN of a listener/],
    ['a network balancer', entry({ listener: NETWORK_LISTENER }), 'spec.traffic[0].alb.listener', /Application/],
    ['both', entry({ listener: LISTENER, listenerRule: RULE }), 'spec.traffic[0].alb', /not both/],
    ['neither', entry({}), 'spec.traffic[0].alb', /either/],
    ['one rule twice', { traffic: [ENTRY, ENTRY] }, 'spec.traffic[1]', /twice/],
    ['no gates', { gates: undefined }, 'spec.gates', /missing/],
    ['no alarms', { gates: { alarms: [] } }, 'spec.gates.alarms', /at least one alarm/],
    [
      '101 alarms',
      { gates: { alarms: Array.from({ length: 101 }, (_, i) => `a${i}`) } },
      'spec.gates.alarms',
      /most 100/,
    ],
    [
      'alarms that nobody names or creates',
      { gates: { alarms: { create: false } } },
      'spec.gates.alarms',
      /at least one/,
    ],
    ['alarms that are left out', { gates: {} }, 'spec.gates.alarms', /^is missing: must be a list of names/],
    [
      'an alarm named twice in full',
      { gates: { alarms: { names: ['a', 'a'] } } },
      'spec.gates.alarms.names[1]',
      /twice/,
    ],
    [
      'alarms to be created by a word',
      { gates: { alarms: { create: 'yes' } } },
      'spec.gates.alarms.create',
      /true, or/,
    ],
    [
      'a share without its sign',
      { gates: { alarms: { create: { errorRate: { max: 1 } } } } },
      'spec.gates.alarms.create.errorRate.max',
      /with its sign/,
    ],
    [
      'a percentile of no time',
      { gates: { alarms: { create: { latencyP99: { max: '0s' } } } } },
      'spec.gates.alarms.create.latencyP99.max',
      /longer than nothing/,
    ],
    [
      'no request at all',
      { gates: { alarms: { create: { requests: { min: 0 } } } } },
      'spec.gates.alarms.create.requests.min',
      /from 1 to/,
    ],
    [
      'an unknown time zone',
      { gates: { alarms: ['a'], windows: [{ timeZone: 'Berlin', freeze: '22:00 - 06:00' }] } },
      'spec.gates.windows[0].timeZone',
      /IANA/,
    ],
    [
      'a freeze in words',
      { gates: { alarms: ['a'], windows: [{ timeZone: 'UTC', freeze: 'weekends' }] } },
      'spec.gates.windows[0].freeze',
      /"Fri 16:00 - Mon 06:00"/,
    ],
    [
      'an unknown approval',
      { gates: { alarms: ['a'], shortBakes: 'refuse', approvals: ['lunch'] } },
      'spec.gates.approvals[0]',
      /beforeRetire/,
    ],
    ['a suffix without a dash', { target: { nameSuffix: 'sc' } }, 'spec.target.nameSuffix', /-sc/],
    [
      'a shared service twice',
      { target: { shared: ['stock-api', 'stock-api'] } },
      'spec.target.shared[1]',
      /stock-api is listed twice/,
    ],
    ['a capital', { target: { serviceConnect: { namespace: 'A' } } }, 'spec.target.serviceConnect.namespace', /DNS/],
    [
      'no DNS name by default',
      { source: { cluster: 'shop', mesh: 'My_Mesh' } },
      'spec.target.serviceConnect.namespace',
      /default "My_Mesh-sc"/,
    ],
    [
      'the ARN of a cluster',
      { source: { cluster: 'arn:aws:ecs:x', mesh: 'shop' } },
      'spec.source.cluster',
      /not its ARN/,
    ],
    [
      'a service with a space',
      { services: { 'my shop': {} } },
      'spec.services["my shop"]',
      /no name of an ECS service/,
    ],
    ['an empty service', { services: { shop: null } }, 'spec.services.shop', /must be a map, is empty/],
    ['a list for a map', { source: [] }, 'spec.source', /must be a map, is a list/],
    ['a lower-case code', { accept: ['retry'] }, 'spec.accept[0]', /code of a finding/],
    [
      'a lower-case code at a place',
      { accept: [{ code: 'a', place: 'p' }] },
      'spec.accept[0].code',
      /code of a finding/,
    ],
    ['an accepted code without its place', { accept: [{ code: 'A' }] }, 'spec.accept[0].place', /^is missing$/],
    ['a number that is accepted', { accept: [5] }, 'spec.accept[0]', /a map of code and place, is 5$/],
    [
      'a place that is accepted twice',
      { accept: ['A', { code: 'A', place: 'p' }, { code: 'A', place: 'p' }] },
      'spec.accept[2]',
      /A at p is listed twice/,
    ],
    [
      'two decisions on one thing',
      { decisions: ['a', 'b'].map((choice) => ({ code: 'A', place: 'p', choice })) },
      'spec.decisions[1]',
      /twice/,
    ],
    ['a webhook in the clear', hook({ webhook: 'http://example.com/s3cret' }), 'spec.notify[0].webhook', /https/],
    [
      'a webhook that seems to be here',
      hook({ webhook: 'http://127.0.0.1.example.com/' }),
      'spec.notify[0].webhook',
      /https/,
    ],
    [
      'a webhook to where a task gets its credentials',
      hook({ webhook: 'http://169.254.170.2/v2/credentials/x' }),
      'spec.notify[0].webhook',
      /https/,
    ],
    ...[
      'http://2852039166/',
      'http://0xa9fea9fe/latest/',
      'http://[::ffff:169.254.169.254]/',
      'http://[fd00:ec2::254]/',
      'http://127.0.0.1.nip.example/',
      'http://localhost.example/',
      'http:169.254.170.2',
      'file:///proc/self/environ',
    ].map((webhook): [string, Record<string, unknown>, string, RegExp] => [
      `a webhook that hides where it leads (${webhook})`,
      hook({ webhook }),
      'spec.notify[0].webhook',
      /https/,
    ]),
    [
      'a webhook with a password',
      hook({ webhook: 'https://a:s3cret@example.com/' }),
      'spec.notify[0].webhook',
      /password/,
    ],
    [
      'a webhook as a screen shows it',
      hook({ webhook: 'https://example.com/…' }),
      'spec.notify[0].webhook',
      /left out/,
    ],
    ['a file for a webhook', hook({ webhook: 'file:///s3cret' }), 'spec.notify[0].webhook', /https/],
    ['words for a webhook', hook({ webhook: 's3cret' }), 'spec.notify[0].webhook', /an address/],
    ['a channel that is none', hook({}), 'spec.notify[0]', /exactly one of webhook/],
    ['two channels in one', hook({ webhook: HOOK, eventBridge: 'default' }), 'spec.notify[0]', /exactly one of/],
    ['a form for a bus', hook({ eventBridge: 'default', form: 'json' }), 'spec.notify[0].form', /a webhook/],
    [
      'a queue for a topic',
      hook({ sns: 'arn:aws:sqs:eu-west-1:123456789012:shop' }),
      'spec.notify[0].sns',
      /SNS topic/,
    ],
    [
      'a rule for a bus',
      hook({ eventBridge: 'arn:aws:events:eu-west-1:123456789012:rule/x' }),
      'spec.notify[0].eventBridge',
      /event bus/,
    ],
    ['an unknown form', hook({ webhook: HOOK, form: 'xml' }), 'spec.notify[0].form', /json or slack/],
    ['an unknown topic', hook({ webhook: HOOK, on: ['lunch'] }), 'spec.notify[0].on[0]', /transitions or warnings/],
    ['nothing to be told of', hook({ webhook: HOOK, on: [] }), 'spec.notify[0].on', /at least one/],
    ['a topic twice', hook({ webhook: HOOK, on: ['settled', 'settled'] }), 'spec.notify[0].on[1]', /twice/],
    ['paused as a word', { paused: 'yes' }, 'spec.paused', /true or false/],
    ['a soak of a year', { retire: { soak: '8760h' } }, 'spec.retire.soak', /no duration|longer/],
    ['an unknown evidence', { retire: { evidence: 'hope' } }, 'spec.retire.evidence', /metrics or callGraph/],
  ];
  test.each(cases)('%s', (_name, change, place, message) => {
    const errors = errorsOf(planText(change));
    expect(errors.map((error) => error.place)).toContain(place);
    expect(errors.find((error) => error.place === place)?.message).toMatch(message);
    expect(JSON.stringify(errors), 'an address is not repeated').not.toContain('s3cret');
  });
});

const gatesOf = (alarms: unknown) => {
  const read = parsePlan(planText({ gates: { alarms } }));
  return 'plan' in read ? read.plan.spec.gates : read.errors;
};

describe('alarms that Meshlift makes', () => {
  test('beside a list of names there are none', () => {
    expect(gatesOf(['shop-5xx'])).toMatchObject({ alarms: ['shop-5xx'], createAlarms: null });
    expect(gatesOf({ names: ['shop-5xx'] })).toEqual(gatesOf(['shop-5xx']));
    expect(gatesOf({ names: ['shop-5xx'], create: false })).toEqual(gatesOf(['shop-5xx']));
  });

  test('have their limits by default, and need no other alarm', () => {
    const made = { errorRateMax: 0.05, latencyP99MaxMs: null, requestsMin: 20 };
    expect(gatesOf({ create: true })).toMatchObject({ alarms: [], createAlarms: made });
    expect(gatesOf({ create: {} })).toEqual(gatesOf({ create: true }));
  });

  test('have the limits that are written', () => {
    const create = { errorRate: { max: '0.5%' }, latencyP99: { max: '800ms' }, requests: { min: 100 } };
    expect(gatesOf({ names: ['shop-5xx'], create })).toMatchObject({
      alarms: ['shop-5xx'],
      createAlarms: { errorRateMax: 0.005, latencyP99MaxMs: 800, requestsMin: 100 },
    });
  });
});

const probesText = (changes: object, strategy = 'migrate') =>
  planText({
    strategy,
    gates: { alarms: ['shop-5xx'], probes: [{ service: 'frontend', path: '/health', ...changes }] },
  });

test.each<[string, object, RegExp]>([
  ['.service', { service: 'stock-api' }, /must be the service of an entry.*: frontend/],
  ['.path', { path: 'health' }, /begins with \//],
  ['.path', { path: '/a b' }, /without spaces/],
  ['.path', { path: '/a\r\nx: y' }, /without spaces/],
  ['.host', { host: 'shop.example.com\r\nx: y' }, /name of a host/],
  ['.expect.status', { expect: { status: 99 } }, /must be an HTTP status/],
  ['.expect.json', { expect: { json: { status: 'ok' } } }, /JSON pointer/],
  ['.expect.json["/a"]', { expect: { json: { '/a': { b: 1 } } } }, /by its own pointer/],
  ['.expect.headers', { expect: { headers: { 'a b': 'c' } } }, /name of an HTTP header/],
  ['.parity', { parity: 'yes' }, /must be true, or a map/],
  ['.parity', { parity: { status: true } }, /known here: headers, ignore/],
  ['', { method: 'POST' }, /known here/],
  ['', { path: undefined }, /either path, for an HTTP request, or grpc/],
  ['', { grpc: {} }, /either path.*and not both/],
  ['.expect', { path: undefined, grpc: {}, expect: { status: 200 } }, /must be SERVING\. Leave it out/],
  ['.parity', { path: undefined, grpc: {}, parity: { headers: ['etag'] } }, /true or false with grpc/],
  ['.grpc.service', { path: undefined, grpc: { service: 'my package' } }, /name of a gRPC service/],
  ['.grpc', { path: undefined, grpc: { name: 'a' } }, /known here: service/],
  ['.grpc', { path: undefined, grpc: true }, /must be a map/],
])('a probe is refused at its place%s: %j', (place, written, message) => {
  expect(errorsOf(probesText(written))).toContainEqual(
    expect.objectContaining({
      place: expect.stringContaining(`spec.gates.probes[0]${place}`),
      message: expect.stringMatching(message),
    }),
  );
});

const OF_SHOP = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188';
const RULE_OF_SHOP = `${OF_SHOP.replace(':listener/', ':listener-rule/')}/f2f7dc8efc522ab2/9683b2d02a6cabee`;
const TEST_LISTENER = `${OF_SHOP}/0a1b2c3d4e5f6a7b`;

const testListenerText = (testListener: string, probes: object[] = [{ service: 'frontend', path: '/health' }]) =>
  planText({
    traffic: [{ service: 'frontend', alb: { listenerRule: RULE_OF_SHOP, testListener } }],
    gates: { alarms: ['shop-5xx'], probes },
  });

test('an entry may name a listener for tests', () => {
  expect(parsePlan(testListenerText(TEST_LISTENER))).toMatchObject({
    plan: { spec: { traffic: [{ alb: { listenerRule: RULE_OF_SHOP, testListener: TEST_LISTENER } }] } },
  });
});

test.each<[string, string, RegExp]>([
  ['of another kind', RULE_OF_SHOP, /must be the ARN of a listener/],
  ['of another load balancer', TEST_LISTENER.replace('/shop/', '/shop2/'), /own load balancer, app\/shop\/50dc.*leave/],
  ['of another Region', TEST_LISTENER.replace('eu-west-1', 'eu-west-2'), /own load balancer/],
  ['that is the entry’s own', `${OF_SHOP}/f2f7dc8efc522ab2`, /the entry’s own listener.*leave it out/],
])('a listener for tests %s is refused at its place', (_what, written, message) => {
  expect(errorsOf(testListenerText(written))).toContainEqual(
    expect.objectContaining({
      place: 'spec.traffic[0].alb.testListener',
      message: expect.stringMatching(message),
    }),
  );
});

test('a listener for tests without a probe does nothing, and is refused', () => {
  expect(errorsOf(testListenerText(TEST_LISTENER, []))).toContainEqual(
    expect.objectContaining({
      place: 'spec.traffic[0].alb.testListener',
      message: expect.stringMatching(/gates\.probes has none of frontend/),
    }),
  );
});

const healthProbe = (grpc: object, parity: boolean) => ({
  plan: { spec: { gates: { probes: [{ service: 'frontend', host: null, grpc, parity }] } } },
});

test('a probe of gRPC health asks for the whole server, or for a service', () => {
  const parsed = (grpc: object, more: object = {}) => parsePlan(probesText({ path: undefined, grpc, ...more }));
  expect(parsed({})).toMatchObject(healthProbe({ service: '' }, false));
  expect(parsed({ service: 'shop.Orders' }, { parity: true })).toMatchObject(
    healthProbe({ service: 'shop.Orders' }, true),
  );
  expect(errorsOf(probesText({ path: undefined, grpc: {}, parity: true }, 'rescue'))).toContainEqual(
    expect.objectContaining({ place: 'spec.gates.probes[0].parity' }),
  );
});

test('a rescue compares nothing with a blue that is failing', () => {
  expect(errorsOf(probesText({ parity: true }, 'rescue'))).toContainEqual(
    expect.objectContaining({ place: 'spec.gates.probes[0].parity', message: expect.stringMatching(/a rescue/) }),
  );
  expect(parsePlan(probesText({}, 'rescue'))).toHaveProperty('plan');
});

const analysisText = (analysis: unknown) => planText({ gates: { alarms: ['shop-5xx'], analysis } });

describe('an analysis', () => {
  test('needs no more than one limit', () => {
    const read = parsePlan(analysisText({ errorRate: { max: '1%' } }));
    expect('plan' in read && read.plan.spec.gates.analysis).toEqual({
      errorRate: { max: 0.01, maxVsBlue: null },
      latencies: [],
      requestsMin: 50,
      windowMs: 300_000,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['', {}, /must limit errorRate or one of latencyP50, /],
    ['.errorRate', { errorRate: {} }, /must have max, maxVsBlue or both/],
    ['.latencyP90', { latencyP90: {} }, /must have max, maxVsBlue or both/],
    ['.errorRate.max', { errorRate: { max: 0.01 } }, /must be a percentage with its sign/],
    ['.errorRate.max', { errorRate: { max: '1' } }, /"1" is no percentage .*write 1% or 0.5%/],
    ['.errorRate.max', { errorRate: { max: '100%' } }, /"100%" is no percentage/],
    ['.errorRate.maxVsBlue', { errorRate: { maxVsBlue: 0.5 } }, /must be a number from 1 to 100/],
    ['.latencyP99.max', { latencyP99: { max: '0.8s' } }, /is no duration/],
    ['.latencyP99', { latencyP99: { min: '1s' } }, /known here: max, maxVsBlue/],
    ['.requests.min', { errorRate: { max: '1%' }, requests: { min: 0 } }, /must be a whole number from 1/],
    ['.window', { errorRate: { max: '1%' }, window: '90s' }, /must be whole minutes, from 1m to 1h/],
  ])('is refused at its place%s: %j', (place, written, message) => {
    expect(errorsOf(analysisText(written))).toContainEqual(
      expect.objectContaining({
        place: expect.stringContaining(`spec.gates.analysis${place}`),
        message: expect.stringMatching(message),
      }),
    );
  });
});

describe('what is not built yet is refused as such, and never ignored', () => {
  const source = { cluster: 'shop', mesh: 'shop' };
  const cases: [string, Record<string, unknown>][] = [
    ['spec.source.export', { source: { ...source, export: 'estate.json' } }],
    ['spec.target.serviceConnect.tls', { target: { serviceConnect: { tls: {} } } }],
    ['spec.target.serviceConnect.accessLogs', { target: { serviceConnect: { accessLogs: 'json' } } }],
    ['spec.notify[0].secretFrom', { notify: [{ webhook: 'https://example.com/', secretFrom: 'arn' }] }],
  ];
  test.each(cases)('%s', (place, change) => {
    expect(errorsOf(planText(change))).toEqual([
      expect.objectContaining({ place, message: expect.stringMatching(/^not yet: /) }),
    ]);
  });
});

describe('positions of a plan that was accepted', () => {
  const text = SMALLEST.replace(
    '  gates:',
    '  services:\n    "7b": {}\n    a: {}\n  ramp:\n    steps:\n      - { weight: 5, bake: 1m }\n      - { weight: 100, bake: 1m }\n  gates:',
  );
  test.each([
    ['spec', 4, 1],
    ['spec.ramp', 11, 3],
    ['spec.ramp.steps[1]', 14, 9],
    ['spec.ramp.steps[1].bake', 14, 30],
    ['spec.services["7b"]', 9, 5],
    ['spec.rollback', 4, 1],
    ['manifest', 1, 1],
  ])('%s', (place, line, column) => {
    const read = parsePlan(text);
    expect('plan' in read ? read.positionOf(place) : read).toEqual({ line, column });
  });
});

describe('texts that are no plan', () => {
  test('broken YAML says where', () => {
    expect(errorsOf('spec:\n  a: [1\n')).toEqual([
      expect.objectContaining({ place: 'manifest', message: expect.stringContaining('not valid YAML'), line: 3 }),
    ]);
  });
  test('a key twice', () => {
    expect(errorsOf(SMALLEST.replace('kind:', 'kind: MigrationPlan\nkind:'))[0]).toMatchObject({ line: 3, column: 1 });
  });
  test('nothing, a word, two documents, another kind', () => {
    expect(errorsOf('')[0]?.message).toMatch(/empty/);
    expect(errorsOf('# nothing\n')[0]?.message).toMatch(/empty/);
    expect(errorsOf('hello')[0]?.message).toMatch(/must be a map/);
    expect(errorsOf(`${SMALLEST}---\n${SMALLEST}`)[0]).toMatchObject({
      message: expect.stringMatching(/one plan a file/),
    });
    expect(errorsOf(SMALLEST.replace('kind: MigrationPlan', 'kind: Deployment'))[0]).toMatchObject({
      place: 'kind',
      message: 'must be MigrationPlan, is "Deployment"',
      line: 2,
      column: 7,
    });
  });
  test('a record by hand: the same errors, and the name in the key', () => {
    const manifest = parse(SMALLEST);
    expect(parseManifest({ ...manifest, extra: 1 })).toEqual({
      errors: [{ place: 'extra', message: 'unknown key "extra"; known here: apiVersion, kind, metadata, spec' }],
    });
    expect(parseManifest(manifest, 'other')).toEqual({
      errors: [{ place: 'metadata.name', message: 'is "shop", but the record\'s key says plan#other' }],
    });
    expect(parseManifest(undefined)).toMatchObject({ errors: [{ place: 'manifest' }] });
  });
  test('__proto__ is an unknown key anywhere', () => {
    const text = SMALLEST.replace('  gates:', '  services: { __proto__: { cutover: parallel } }\n  gates:');
    expect(errorsOf(text)[0]).toMatchObject({ place: 'spec.services.__proto__', line: 8 });
  });
  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => 'errors' in parsePlan(text)));
    fc.assert(fc.property(fc.json(), (text) => 'errors' in parsePlan(text)));
    fc.assert(fc.property(fc.anything(), (value) => 'errors' in parseManifest(value)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: SMALLEST.length }), fc.string({ maxLength: 5 }), (at, text) => {
        parsePlan(SMALLEST.slice(0, at) + text + SMALLEST.slice(at));
      }),
    );
  });
});

test.each([
  ['a list', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['JSON', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
])('a text that is nested without end is refused in one line: %s', (_what, text) => {
  expect(parsePlan(text)).toEqual({
    errors: [{ place: 'manifest', message: 'is nested too deep', line: 1, column: 1 }],
  });
});
