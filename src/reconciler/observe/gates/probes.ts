import type { ProbeRuleResource } from '../../../assess/model.ts';
import { probeRequest } from '../../../assess/probes/request.ts';
import { doorOf } from '../../../assess/probes/rules.ts';
import { inARow, probeVerdict } from '../../../machines/gates/probes.ts';
import { askedFor, asksBlue } from '../../../plan/probes.ts';
import { unknown, wait, type Verdict } from '../../../plan/verdict.ts';
import { entryName } from '../analysis.ts';
import { attempt } from '../attempt.ts';
import { probeRulesOf, rulesOf, type Groundwork } from '../../run.ts';
import type { Look, Observation } from '../observation.ts';
import type { Gate, NamedVerdict } from './gate.ts';

/**
 * Before green has any weight it answers the plan's requests as expected, several looks in a row. Each is sent through every entry of
 * its service that takes it. Blue is asked only while the entry's rule was just read to send everything to it.
 */
export const probesGate: Gate = async (look, groundwork, observation) => {
  if (look.state !== 'verify') return [];
  const verdicts = await Promise.all(
    probeRulesOf(groundwork.stack).map((rule) => throughEntry(look, groundwork, observation, rule)),
  );
  return verdicts.flat();
};

async function throughEntry(
  { run, world, settings, now }: Look,
  { estate, stack }: Groundwork,
  { facts, routes }: Observation,
  resource: ProbeRuleResource,
): Promise<NamedVerdict[]> {
  const { rule } = resource;
  const door = doorOf(estate, rule.entry);
  const ofService = run.spec.gates.probes.filter(({ service }) => service === rule.entry.service);
  const entry = entryName(rule, rulesOf(stack));
  const tried = ofService.map((probe) => ({
    probe,
    name: `probe/${entry}${probe.host === null ? '' : ` ${probe.host}`}${askedFor(probe)}`,
    addressed: probeRequest(probe, door),
  }));
  const route = routes.get(rule.id);
  const isBluesAlone = route?.kind === 'split' && route.greenWeight === 0 && facts.weights.verdict === 'pass';
  // Changed under way, a probe may be one that no entry takes any more.
  const isTaken = (probe: (typeof tried)[number]['probe']): boolean =>
    probeRulesOf(stack).some(
      (other) =>
        other.rule.entry.service === probe.service && probeRequest(probe, doorOf(estate, other.rule.entry)).can,
    );
  const sent = tried.flatMap(({ probe, name, addressed }) =>
    addressed.can ? [{ probe, name, request: addressed.request }] : [],
  );
  const left = tried.flatMap(({ probe, name, addressed }): NamedVerdict[] =>
    addressed.can || isTaken(probe) ? [] : [{ name, ...unknown(`it cannot be sent to green: ${addressed.why}`) }],
  );
  const passes = (name: string, verdict: Verdict): NamedVerdict => {
    const count = verdict.verdict === 'pass' ? (run.memory.probePasses.get(name) ?? 0) + 1 : 0;
    run.memory.probePasses.set(name, count);
    return { name, ...inARow(verdict, count) };
  };
  const notYet = (why: string): NamedVerdict[] => [...left, ...sent.map(({ name }) => passes(name, wait(why)))];
  if (facts.provisioned.verdict !== 'pass') return notYet(`green is not ready to be asked: ${facts.provisioned.why}`);
  // A node that does not know the rule yet sends the probe to blue, whose answer would pass for green's (row L7).
  if (now - run.status.machine.context.enteredAt < settings.settleMs) {
    return notYet('the load balancer is given time to come to know the rule for probes');
  }
  if (sent.length === 0) return left;
  const answers = await attempt(() =>
    world.probe(
      resource,
      run.owner,
      sent.map(({ probe, request }) => ({ request, withBlue: asksBlue(probe) && isBluesAlone })),
    ),
  );
  return [
    ...left,
    ...sent.map(({ probe, name }, index) => {
      const answer = answers.ok ? answers.value[index] : undefined;
      if (answers.ok && answer !== undefined) return passes(name, probeVerdict(probe, answer));
      return passes(name, answers.ok ? unknown('nothing was asked in this look') : answers.verdict);
    }),
  ];
}
