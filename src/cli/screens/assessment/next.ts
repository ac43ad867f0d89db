import type { EstateReport } from '../../../assess/report.ts';
import { withoutChoice } from '../../../assess/report/withoutChoice.ts';
import { isKubernetesOnly } from '../../../assess/report/kubernetesOnly.ts';
import { entriesToRun } from '../../../assess/report/proposals.ts';
import type { Severity } from '../../../assess/model.ts';

const codesOf = (report: EstateReport, severity: Severity): string[] => [
  ...new Set(report.findings.filter((one) => one.severity === severity).map((one) => one.code)),
];

/** What a person does next, in its order: what is unknown, what stands in the way, what has to be decided, the plan. */
export function nextSteps(report: EstateReport): string[] {
  const { mesh, calls, gaps, proposals, services, capacity } = report;
  const blockers = codesOf(report, 'blocker').filter((code) => code !== 'NODE_ON_KUBERNETES');
  const changes = new Set(withoutChoice(report.findings).map((one) => one.code));
  const decisions = codesOf(report, 'needs-decision').filter((code) => !changes.has(code));
  const degraded = codesOf(report, 'degraded');
  const failed = gaps.filter((one) => one.kind === 'error').length;
  const different = gaps.filter((one) => one.kind === 'difference').length;
  const fromFile = services.some((one) => one.virtualNode?.certainty === 'recorded');
  const guessed = calls.filter((one) => one.certainty === 'guess').length;
  const short = capacity.filter((one) => one.verdict === 'short').length;
  const [first] = proposals;
  const isAllKubernetes = isKubernetesOnly(report);
  return [
    ...(mesh.answer.state === 'read'
      ? []
      : [
          fromFile
            ? `App Mesh itself did not tell of ${mesh.name}: what a file records of it may be old. Confirm that nobody has changed the mesh since.`
            : `App Mesh did not tell of ${mesh.name}. Give what still knows it: --from an older export, Terraform state, or CloudFormation template.`,
        ]),
    ...(guessed === 0
      ? []
      : [`Confirm the calls that are guesses (${guessed}): whoever knows the services, or their logs, can tell.`]),
    ...(failed === 0 ? [] : [`Read again what could not be read: ${failed} under Gaps.`]),
    ...(different === 0
      ? []
      : [`Look at what the sources disagree on: ${different} under Gaps. The first that is named is believed.`]),
    ...(blockers.length === 0
      ? []
      : [`Remove what blocks, or choose a way out where one is named: ${blockers.join(', ')}`]),
    ...(services.some((one) => one.kubernetes !== undefined)
      ? ['Choose where what runs in Kubernetes goes, since no plan moves it: NODE_ON_KUBERNETES names the ways.']
      : []),
    ...(isAllKubernetes || changes.size === 0
      ? []
      : [`Change what no choice in a plan settles, before one runs: ${[...changes].join(', ')}`]),
    ...(isAllKubernetes || decisions.length === 0
      ? []
      : [`Decide, in the plan under decisions: ${decisions.join(', ')}`]),
    ...(isAllKubernetes || degraded.length === 0
      ? []
      : [`Agree to what is lost, in the plan under accept: ${degraded.join(', ')}`]),
    ...(short === 0 ? [] : [`Make room for both sides: ${short} under Capacity for both sides.`]),
    ...(first === undefined
      ? []
      : [
          `Write the first plan: meshlift init --cluster ${report.cluster.name} --mesh ${mesh.name}${entriesToRun(
            first,
            proposals,
          )
            .map((one) => ` --entry ${one}`)
            .join('')}, with the same --from`,
        ]),
  ];
}
