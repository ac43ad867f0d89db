import type { SharedServiceResource } from '../../assess/model.ts';
import { lastPart } from '../../estate/order.ts';
import { pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import type { ServiceHealth } from '../readings.ts';

/**
 * Whether a shared green has room for this plan's traffic beside what it has already: as many healthy tasks as it was wanted with when the
 * plan began, and as many again as blue of the service was. It is another plan's, so a person raises it.
 */
export function sharedRoomVerdict(
  { name, clusterArn, blueService = '', maker, tasks, scaling }: SharedServiceResource,
  health: ServiceHealth | undefined,
): Verdict {
  if (health === undefined) return unknown(`how many tasks ${name} runs was not read`);
  const wanted = tasks.green + tasks.blue;
  const words = `${name}, shared with plan ${maker.plan}, has ${health.healthy} healthy tasks`;
  const why = `${tasks.green} as when the plan began, and the ${tasks.blue} of blue ${blueService}`;
  if (health.healthy >= wanted) return pass(`${words} of the ${wanted} that the traffic of both wants: ${why}`);
  return wait(
    `${words}, and the traffic of both wants ${wanted}: ${why}. Meshlift does not change it. Raise it with: ` +
      raise(lastPart(clusterArn), name, wanted, scaling),
  );
}

/** Where it scales, a count alone would be taken back. */
const raise = (cluster: string, name: string, wanted: number, scaling: SharedServiceResource['scaling']): string =>
  scaling === undefined
    ? `aws ecs update-service --cluster ${cluster} --service ${name} --desired-count ${wanted}`
    : `aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount ` +
      `--resource-id service/${cluster}/${name} --min-capacity ${Math.max(wanted, scaling.min)} --max-capacity ${Math.max(wanted, scaling.max)}`;
