import { solelyThrough } from '../../assess/edgeOnly.ts';
import type { RuleResource } from '../../assess/model.ts';
import { toldInWords, toldOf } from '../../assess/handOver/told.ts';
import type { BlueService } from '../../estate/model.ts';
import { unusedVerdict, vouched, type CallerReading } from '../../machines/gates/unused.ts';
import { formatDuration } from '../../plan/duration.ts';
import { all, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import { attempt } from './attempt.ts';
import { approvalInForce, approvalOf } from './approvals.ts';
import type { EdgeTraffic } from '../ports.ts';
import { migratedServices, retiringServices, rulesOf, type Groundwork, type Run } from '../run.ts';
import { servingServices } from '../turns.ts';
import type { Settings } from '../settings.ts';
import type { Look } from './observation.ts';

/** Whether blue may go, and what that rests on for each of its services. */
export interface Proof {
  verdict: Verdict;
  services: { service: string; verdict: Verdict }[];
}

/**
 * Whether blue may go: the approvals were given, and it was shown of each service, by a source that can tell, that nobody calls it any
 * more. Where no source can, only a person's approval that lists the service opens it.
 */
export async function proofOfDisuse(
  { run, world, now }: Pick<Look, 'run' | 'world' | 'now'>,
  groundwork: Groundwork,
  traffic: ReadonlyMap<string, EdgeTraffic>,
): Promise<Proof> {
  const approval = approvalInForce(run, 'beforeRetire', now);
  const approved = all([approvalOf(run, 'beforeRetire', now), toldVerdict(run, groundwork, now)], pass(''));
  if (run.spec.retire.evidence === 'callGraph') {
    const believed = pass('nobody calls blue by the call graph, which the plan consents to believe');
    return { verdict: all([approved, believed], approved), services: [] };
  }
  const readings = await callerReadings({ run, world }, groundwork, traffic);
  const listed = new Set(approval?.services);
  const services = readings.map((reading) => {
    const shown = unusedVerdict(reading);
    const by = listed.has(reading.service) ? approval?.by : undefined;
    return { service: reading.service, shown, verdict: vouched(reading, shown, by) };
  });
  const isOpen = services.some(({ verdict }) => verdict.verdict === 'unknown');
  // An approval takes the place of the one before it: those whom a person has vouched for are named again.
  const toVouch = services.filter(({ shown }) => shown.verdict === 'unknown').map(({ service }) => service);
  const evidence = all(
    services.map(({ verdict }) => verdict),
    pass('no blue service is left to be called'),
  );
  const told = isOpen
    ? {
        ...evidence,
        why: `${evidence.why}; a person may vouch: meshlift approve ${run.owner.plan} beforeRetire --services ${toVouch.join(',')}`,
      }
    : evidence;
  return { verdict: all([approved, told], approved), services };
}

/** By the load balancer where nothing else leads to a service, by what its tasks receive where something may. */
async function callerReadings(
  { run, world }: Pick<Look, 'run' | 'world'>,
  groundwork: Groundwork,
  traffic: ReadonlyMap<string, EdgeTraffic>,
): Promise<CallerReading[]> {
  const { estate, stack } = groundwork;
  const isRetiring = new Set(retiringServices(groundwork).map(({ name }) => name));
  // Whoever has stopped is called by nobody, and its counters tell nothing any more.
  const serving = servingServices(run.spec, groundwork).filter(({ name }) => isRetiring.has(name));
  const blue = serving.map((service) => ({
    service,
    rules: solelyThrough(estate, stack, service),
  }));
  const inside = blue.filter(({ rules }) => rules.length === 0).map(({ service }) => service);
  const received = await attempt(() => world.receivedBytes(estate.cluster.arn, inside, run.status.createdAt));
  return blue.map(({ service: { name }, rules }): CallerReading => {
    const callers = [...new Set(estate.edges.filter(({ to }) => to === name).map(({ from }) => from))];
    if (rules.length > 0) {
      const requests = rules.map(({ id }) => ({ rule: id, counted: traffic.get(id) }));
      return { service: name, callers, source: 'edge', requests };
    }
    const bytes = received.ok ? received.value.find(({ service }) => service === name) : undefined;
    return { service: name, callers, source: 'bytes', received: bytes, why: received.ok ? '' : received.verdict.why };
  });
}

/**
 * Whether infrastructure-as-code was told, where it is seen to have made blue or the plan asks for it: its next apply would bring
 * back what is gone.
 */
function toldVerdict(run: Run, { estate, stack }: Groundwork, now: number): Verdict {
  const told = toldInWords(toldOf(estate, stack));
  if (told === '' || approvalInForce(run, 'iac', now) !== undefined) return approvalOf(run, 'iac', now);
  const { plan } = run.owner;
  return wait(
    `infrastructure-as-code has made ${told}, and brings it back unless it is told first: meshlift handover ${plan}; then: meshlift approve ${plan} iac`,
  );
}

/**
 * Whether blue has become quiet at the edge: stickiness and deregistration delay have passed since all weight was read back on
 * green, and the load balancer counted nothing for blue over the window while it did count something.
 */
export function quietVerdict(
  run: Run,
  groundwork: Groundwork,
  traffic: ReadonlyMap<string, EdgeTraffic>,
  settings: Settings,
  now: number,
): Verdict {
  const since = run.status.machine.context.verifiedAt ?? run.status.machine.context.enteredAt;
  const verdicts = rulesOf(groundwork.stack).map((rule): Verdict => {
    const patienceMs =
      Math.max(stickinessMs(rule), deregistrationMs(rule, migratedServices(groundwork))) + settings.quietWindowMs;
    const leftMs = patienceMs - (now - since);
    if (leftMs > 0) return wait(`sticky sessions, draining and the quiet window end in ${Math.ceil(leftMs / 1000)} s`);
    const counted = traffic.get(rule.id);
    if (counted === undefined) return unknown(`${rule.id}: the edge's request counts could not be read`);
    if (!counted.hasData) return wait(`${rule.id}: the load balancer counted no request at all, which proves nothing`);
    return counted.blue === 0
      ? pass(
          `${rule.id}: blue served nothing in the last ${formatDuration(settings.quietWindowMs)}, green ${counted.green}`,
        )
      : wait(
          `${rule.id}: blue still served ${counted.blue} requests in the last ${formatDuration(settings.quietWindowMs)}`,
        );
  });
  return all(verdicts, pass('the plan moves no traffic at the edge'));
}

function stickinessMs(rule: RuleResource): number {
  const seconds = rule.originalActions.map((action) => {
    const stickiness = action.ForwardConfig?.TargetGroupStickinessConfig;
    return stickiness?.Enabled === true ? (stickiness.DurationSeconds ?? 0) : 0;
  });
  return Math.max(0, ...seconds) * 1000;
}

/** The default is 300 s (row L23). */
function deregistrationMs(rule: RuleResource, blue: readonly BlueService[]): number {
  for (const service of blue) {
    const group = service.targetGroups.find((one) => one.targetGroup.TargetGroupArn === rule.blueTargetGroupArn);
    if (group === undefined) continue;
    const attribute = group.attributes.find((one) => one.Key === 'deregistration_delay.timeout_seconds');
    return Number(attribute?.Value ?? 300) * 1000;
  }
  return 300_000;
}
