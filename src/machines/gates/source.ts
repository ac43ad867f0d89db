import { pass, wait, type Verdict } from '../../plan/verdict.ts';

/**
 * Blue as it was recorded: green was made from that revision, and a deployment on blue under the plan would be lost with it.
 * `spec.source.onSourceChange: pause`, the default and so far the only choice: forward steps wait.
 */
export function sourceVerdict(
  services: readonly { service: string; taskDefinition: string }[],
  recorded: ReadonlyMap<string, string>,
): Verdict {
  const changed = services.find(
    ({ service, taskDefinition }) => taskDefinition !== '' && taskDefinition !== recorded.get(service),
  );
  if (changed === undefined) return pass('blue runs what was recorded');
  return wait(
    `service ${changed.service} was deployed under the plan: it runs ${changed.taskDefinition}, green was made from ` +
      `${recorded.get(changed.service) ?? 'nothing'}. Deploy the recorded revision again, or abort and apply the plan anew`,
  );
}
