import type { RuleResource } from '../../assess/model.ts';
import { declaredInWords, declaredServices } from '../../assess/handOver/told.ts';
import type { BlueService } from '../../estate/model.ts';
import { all, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import { attempt, judge } from './attempt.ts';
import { approvalInForce, approvalOf } from './approvals.ts';
import type { EdgeTraffic, World } from '../ports.ts';
import { migratedServices, rulesOf, type Groundwork, type Run } from '../run.ts';
import { servingServices } from '../turns.ts';
import type { Settings } from '../settings.ts';

/**
 * Whether blue may go: the approvals were given, and it was shown that nobody inside still calls it. Where AWS publishes no
 * evidence, only a person's approval that lists those services opens it.
 */
export async function approvalVerdict(run: Run, world: World, groundwork: Groundwork, now: number): Promise<Verdict> {
  const approval = approvalInForce(run, 'beforeRetire', now);
  // Whoever has stopped is called by nobody, and its counters tell nothing any more.
  const blue = servingServices(run.spec, groundwork);
  const approved = all([approvalOf(run, 'beforeRetire', now), toldVerdict(run, groundwork, now)], pass(''));
  if (run.spec.retire.evidence === 'callGraph') {
    return all([approved, pass('nobody calls blue by the call graph, which the plan consents to believe')], approved);
  }
  const evidence = judge(
    await attempt(() => world.callersOf(groundwork.estate.cluster.arn, blue, groundwork.estate.edges)),
    (verdict) => verdict,
  );
  if (evidence.verdict !== 'unknown') return all([approved, evidence], approved);
  const listed = new Set(approval?.services);
  const unlisted = blue.filter((service) => !listed.has(service.name)).map((service) => service.name);
  if (unlisted.length === 0) return all([approved, pass(`a person vouches for ${[...listed].join(', ')}`)], approved);
  return all(
    [
      approved,
      unknown(
        `${evidence.why}; a person may vouch: meshlift approve ${run.owner.plan} beforeRetire --services ${unlisted.join(',')}`,
      ),
    ],
    approved,
  );
}

/**
 * Whether infrastructure-as-code was told, where it is seen to have made blue or the plan asks for it: its next apply would bring
 * back what is gone.
 */
function toldVerdict(run: Run, { estate, stack }: Groundwork, now: number): Verdict {
  const declared = declaredServices(estate, stack);
  if (declared.length === 0 || approvalInForce(run, 'iac', now) !== undefined) return approvalOf(run, 'iac', now);
  const { plan } = run.owner;
  return wait(
    `infrastructure-as-code has made ${declaredInWords(declared)}, and brings it back unless it is told first: meshlift handover ${plan}; then: meshlift approve ${plan} iac`,
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
      ? pass(`${rule.id}: blue served nothing, green ${counted.green} in the window`)
      : wait(`${rule.id}: blue still served ${counted.blue} requests in the window`);
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
