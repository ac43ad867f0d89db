import { cycles, waves } from '../../../assess/graph.ts';
import { CATALOGUE, type FindingCode } from '../../../assess/catalogue.ts';
import type { Finding } from '../../../assess/model.ts';
import type { EstateReport, ReportCall, ReportService } from '../../../assess/report.ts';
import { by } from '../../../estate/order.ts';

/** For tests: reports of any size, the same for the same size. */

const ARN =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/main/50dc6c495c0c9188/f2f7dc8efc522ab2';
const WORDS = [
  'cart',
  'catalog',
  'checkout',
  'ledger',
  'mail',
  'orders',
  'price',
  'search',
  'stock',
  'user',
  'vault',
  'web',
];

/** Entries, layers of services behind them, a circle, a guess, a host outside, and services outside the mesh from ten on. */
export function testReport(amount: number): EstateReport {
  const next = sequence(amount);
  const names = Array.from({ length: amount }, (_, at) => nameOf(at));
  const meshed = names.slice(0, amount < 10 ? amount : Math.ceil(amount * 0.94));
  const depth = Math.min(7, Math.max(2, Math.round(Math.log2(amount + 1))));
  const layerOf = (at: number) => Math.floor((at / meshed.length) * depth);
  const calls: ReportCall[] = [];
  const call = (from: string, to: string, more: Partial<ReportCall> = {}) => {
    if (from === to || calls.some((one) => one.from === from && one.to === to)) return;
    calls.push({ from, to, name: `${to}.shop.local`, port: 8080, certainty: 'certain', leadsOutside: false, ...more });
  };
  for (const [at, from] of meshed.entries()) {
    const below = meshed.filter((_, other) => layerOf(other) > layerOf(at));
    const near = below.filter((name) => layerOf(meshed.indexOf(name)) === layerOf(at) + 1);
    for (let made = 0; made < 1 + next(2) && near.length > 0; made++) call(from, near[next(near.length)] ?? '');
    const far = below[next(Math.max(1, below.length))];
    if (far !== undefined && next(4) === 0) call(from, far, next(3) === 0 ? { certainty: 'guess' } : {});
  }
  if (amount >= 10) {
    const [one = '', two = ''] = meshed.filter((_, at) => layerOf(at) === depth - 2);
    call(one, two);
    call(two, one);
    const host = 'ledger.cluster-c0ffee.eu-west-1.rds.amazonaws.com';
    call(meshed.at(-2) ?? '', host, { name: host, port: 5432, leadsOutside: true });
    call(one, host, { name: host, port: 5432, leadsOutside: true });
  }
  calls.sort(
    by<ReportCall>(
      ({ from }) => from,
      ({ to }) => to,
    ),
  );
  const called = new Set(calls.map(({ to }) => to));
  const calling = new Set(calls.map(({ from }) => from));
  const service = (name: string, at: number): ReportService => ({
    name,
    virtualNode: meshed.includes(name)
      ? { name: `${name}-vn`, certainty: at % 9 === 4 ? 'guess' : 'certain' }
      : undefined,
    role: called.has(name) ? (calling.has(name) ? 'clientServer' : 'server') : calling.has(name) ? 'client' : 'none',
    entries:
      meshed.includes(name) && !called.has(name) && at < amount / 6 + 1
        ? [{ arn: `${ARN}/9683b2d02a6cab${at}`, kind: 'listenerRule', when: `path /${name}/*` }]
        : [],
    desiredCount: 2 + (at % 4),
    launchType: at % 3 === 0 ? 'EC2' : 'FARGATE',
    cutover:
      at % 11 === 5
        ? { proposed: 'exclusive', why: 'no listener and no load balancer leads to it: it may consume a queue' }
        : { proposed: 'parallel', why: 'it only serves requests' },
    green:
      !meshed.includes(name) || (amount >= 10 && at % 13 === 7)
        ? undefined
        : {
            name: `${name}-sc`,
            aliases: called.has(name) ? [{ dnsName: `${name}.shop.local`, port: 8080 }] : [],
            containersDropped: ['envoy', 'xray-daemon'].slice(0, 1 + (at % 2)),
          },
    managedBy: at % 2 === 0 ? { tool: 'terraform', address: `module.shop.aws_ecs_service.${name}` } : undefined,
    readFrom: 'account 123456789012, eu-west-1',
  });
  const services = names.map(service).sort(by<ReportService>(({ name }) => name));
  const among = calls.filter(({ leadsOutside }) => !leadsOutside);
  const entries = services.filter((one) => one.entries.length > 0).map(({ name }) => name);
  return {
    caller: { account: '123456789012', region: 'eu-west-1' },
    takenAt: '2026-11-20T14:04:00Z',
    cluster: { arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', name: 'shop' },
    mesh: {
      name: 'shop',
      answer: { state: amount >= 100 ? 'unreachable' : 'read', why: amount >= 100 ? 'the host does not resolve' : '' },
    },
    verdict: amount >= 100 ? 'blocked' : amount >= 10 ? 'needsDecisions' : 'clean',
    services,
    calls,
    waves: waves(meshed, among),
    cycles: cycles(meshed, among),
    proposals: entries.map((entry, at) => ({
      name: entry,
      entries: [entry],
      services: meshed.filter((name) => name === entry || called.has(name)).slice(0, 12),
      shared: at === 0 || entries.length < 2 ? [] : [meshed.at(-1) ?? ''],
      missing: at === 1 ? ['fraud.shop.local'] : [],
    })),
    findings: findings(amount, meshed),
    capacity: [
      {
        what: 'Fargate vCPU',
        need: amount * 2.5,
        have: amount >= 10 ? amount * 2 : 4000,
        unit: 'vCPU',
        source: 'quota L-3032A538',
        verdict: amount >= 10 ? 'short' : 'enough',
      },
      {
        what: 'Addresses in subnet-0a1b',
        need: amount * 3,
        have: 4091,
        unit: 'addresses',
        source: 'DescribeSubnets',
        verdict: 'enough',
      },
      {
        what: 'Rules per load balancer',
        need: 12,
        have: undefined,
        unit: 'rules',
        source: 'not read',
        verdict: 'unknown',
      },
    ],
    cost: services.flatMap(({ name, desiredCount }) =>
      (['blue', 'green'] as const).map((side) => ({
        service: name,
        side,
        tasks: desiredCount ?? 0,
        vcpuHoursPerHour: (desiredCount ?? 0) * 0.25,
        gigabyteHoursPerHour: (desiredCount ?? 0) * 0.5,
      })),
    ),
    gaps:
      amount < 10
        ? []
        : [
            {
              kind: 'difference',
              place: 'service/cart',
              message: 'desiredCount is 3 in terraform.tfstate, and 4 in the live APIs, which are believed.',
            },
            { kind: 'unresolved', place: 'taskDefinition/web', message: 'Image is a parameter without a default.' },
            {
              kind: 'notLookedAt',
              place: 'dashboards',
              message: 'References to blue by name in CloudWatch dashboards.',
            },
          ],
  };
}

function findings(amount: number, meshed: readonly string[]): Finding[] {
  const codes = (Object.keys(CATALOGUE) as FindingCode[]).slice(0, amount < 10 ? 6 : 40);
  const wanted: Finding['severity'][] =
    amount < 10
      ? ['info']
      : amount < 100
        ? ['info', 'degraded', 'needs-decision']
        : ['info', 'degraded', 'needs-decision', 'blocker'];
  return codes
    .flatMap((code, at) =>
      meshed
        .filter((_, index) => (index + at) % (3 + (at % 5)) === 0)
        .map((name): Finding => {
          const { severity, say, instead } = CATALOGUE[code];
          return {
            code,
            severity,
            place: at % 2 === 0 ? `virtualNode/${name}-vn` : `service/${name}`,
            message: say,
            instead,
          };
        }),
    )
    .filter(({ severity }) => wanted.includes(severity));
}

/** What a template, a tag or a person may have put where a name is expected. */
export const HOSTILE_NAMES = [
  '</script><script>globalThis.planted=true</script>',
  '"><img src=x onerror="globalThis.planted=true">',
  "' onmouseover='globalThis.planted=true",
  '-->]]></style><style>*{display:none}',
  'javascript:globalThis.planted=true',
  '&lt;already&gt;&amp;',
  'abc\u202Egnp.exe\u202C',
  'شبكة-الخدمات',
  '🛒-cart-🧾',
  'half-\uD83D-pair',
  'line\nbreak\u0000null',
  '__proto__',
  `${'very-long-service-name-'.repeat(11)}x`,
];

/** A report in which every text is hostile. */
export function hostileReport(): EstateReport {
  const report = testReport(HOSTILE_NAMES.length);
  const names = new Map(report.services.map(({ name }, at) => [name, HOSTILE_NAMES[at] ?? '']));
  const renamed = (text: string): string => {
    const exact = names.get(text);
    if (exact !== undefined) return exact;
    const [found] = [...names]
      .filter(([name]) => text.includes(name))
      .sort(([one], [other]) => other.length - one.length);
    return found === undefined ? text : text.replace(found[0], () => found[1]);
  };
  const KEPT = new Set(['severity', 'certainty', 'kind', 'role', 'verdict', 'proposed', 'tool', 'state', 'side']);
  return JSON.parse(JSON.stringify(report), (key, value: unknown) =>
    typeof value === 'string' && !KEPT.has(key)
      ? names.has(value)
        ? renamed(value)
        : `${renamed(value)}${HOSTILE_NAMES[0] ?? ''}`
      : value,
  ) as EstateReport;
}

const nameOf = (at: number): string => {
  const word = WORDS[at % WORDS.length] ?? '';
  return at < WORDS.length
    ? word
    : `${word}-${['api', 'worker', 'proxy', 'store'][Math.floor(at / WORDS.length) % 4]}-${at}`;
};

/** Numbers below `limit`, the same sequence for the same seed. */
function sequence(seed: number): (limit: number) => number {
  let state = seed * 7919 + 17;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
