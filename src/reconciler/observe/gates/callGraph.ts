import { all, pass, wait, type Verdict } from '../../../plan/verdict.ts';
import { attempt } from '../attempt.ts';
import type { EdgeTraffic, World } from '../../ports.ts';
import { greensOf, rulesOf, type Groundwork, type Run } from '../../run.ts';
import type { Gate } from './gate.ts';

/** Fewer requests than this in the window prove nothing about an edge that was not seen. */
const REQUESTS_MIN = 50;

/**
 * For each edge A→B: once green A has traffic, Service Connect must count its calls to green B. A name without an alias falls
 * through to DNS and silently reaches blue, and this is where it shows. Where A has no traffic yet the sentence says what is
 * not known; where the plan consents to believe the call graph (`retire.evidence: callGraph`) an unseen edge does not hold it.
 */
export const callGraphGate: Gate = async ({ run, world, settings }, groundwork, { traffic }) => [
  { name: 'callGraph', ...(await callGraphVerdict(run, world, groundwork, traffic, settings.reportWindowMs)) },
];

async function callGraphVerdict(
  run: Run,
  world: World,
  { assessment, stack }: Groundwork,
  traffic: ReadonlyMap<string, EdgeTraffic>,
  windowMs: number,
): Promise<Verdict> {
  const requests = new Map(rulesOf(stack).map((rule) => [rule.entry.service, traffic.get(rule.id)?.green ?? 0]));
  const verdicts: Verdict[] = [];
  for (const edge of assessment.edges) {
    const caller = greensOf(stack).find((service) => service.blueService === edge.from);
    const callee = greensOf(stack).find((service) => service.blueService === edge.to);
    const endpoint = callee?.serviceConnect.services.find((service) =>
      service.clientAliases?.some(
        (alias) => alias.dnsName === edge.virtualService.toLowerCase() && alias.port === edge.port,
      ),
    );
    if (caller === undefined || callee === undefined || endpoint === undefined) {
      verdicts.push(
        wait(
          `${edge.from} calls ${edge.virtualService}:${edge.port}, which has no alias on green: it would reach blue`,
        ),
      );
      continue;
    }
    const callerRequests = requests.get(edge.from) ?? 0;
    if (callerRequests === 0) {
      verdicts.push(pass(`calls ${caller.name} → ${callee.name} are not known yet: ${caller.name} has no traffic`));
      continue;
    }
    const discoveryName = endpoint.discoveryName ?? endpoint.portName ?? '';
    const calls = await attempt(() =>
      world.serviceConnectCalls(run.spec.source.cluster, caller.name, discoveryName, windowMs),
    );
    if (!calls.ok) {
      verdicts.push(calls.verdict);
      continue;
    }
    requests.set(edge.to, (requests.get(edge.to) ?? 0) + calls.value);
    verdicts.push(edgeVerdict(run, `${caller.name} → ${callee.name}`, callerRequests, calls.value));
  }
  return all(verdicts, pass('the services call nobody'));
}

function edgeVerdict(run: Run, edge: string, callerRequests: number, calls: number): Verdict {
  if (calls > 0) return pass(`${edge}: ${calls} calls counted on green`);
  const sentence = `${edge}: no call counted on green while the caller served ${callerRequests} requests; it may still reach blue by DNS`;
  if (callerRequests < REQUESTS_MIN) return pass(`${sentence} (too few to tell)`);
  return run.spec.retire.evidence === 'callGraph'
    ? pass(`${sentence}; the plan consents to believe the call graph`)
    : wait(sentence);
}
