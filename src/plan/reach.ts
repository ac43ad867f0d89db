import { regionOfArn } from './access.ts';
import { entryArn, type PlanSpec } from './model.ts';
import { isLikePattern } from './pattern.ts';

/**
 * What an operator's own configuration lets plans reach. Each is a list of names in which `*` stands for any characters; a plan is within reach
 * where each thing that it names fits one of them.
 */
export interface Reach {
  /** ARNs of roles that plans may name. An operator's own role needs no entry. */
  roles: readonly string[];
  /** The operator's own needs no entry. */
  regions: readonly string[];
  /** Names of ECS clusters. */
  clusters: readonly string[];
  /** Names of Application Load Balancers. */
  loadBalancers: readonly string[];
}

/** Everything in the operator's own account and Region, and no role besides. */
export const OWN_ACCOUNT: Reach = { roles: [], regions: [], clusters: ['*'], loadBalancers: ['*'] };

/** What of a plan is out of an operator's reach, by its place; empty where nothing is. */
export function outOfReach(
  { access, source, traffic }: Pick<PlanSpec, 'access' | 'source' | 'traffic'>,
  reach: Reach,
  ownRegion: string,
): { place: string; message: string }[] {
  const role = access?.roleArn ?? null;
  const region = access?.region ?? ownRegion;
  return [
    ...(role === null || fits(role, reach.roles)
      ? []
      : [refuse('spec.access.roleArn', `the role ${role}`, '--allow-role')]),
    ...(region === ownRegion || fits(region, reach.regions)
      ? []
      : [refuse('spec.access.region', `the Region ${region}`, '--allow-region')]),
    ...(fits(source.cluster, reach.clusters)
      ? []
      : [refuse('spec.source.cluster', `the cluster ${source.cluster}`, '--allow-cluster')]),
    ...traffic.flatMap((entry, index) => {
      const arn = entryArn(entry);
      const place = `spec.traffic[${index}].alb.${'listenerRule' in entry.alb ? 'listenerRule' : 'listener'}`;
      if (regionOfArn(arn) !== region) {
        const message = `is in ${regionOfArn(arn)}, and the plan in ${region}: set spec.access.region where the application is there`;
        return [{ place, message }];
      }
      const name = arn.split('/')[2] ?? '';
      return fits(name, reach.loadBalancers)
        ? []
        : [refuse(place, `the load balancer ${name}`, '--allow-load-balancer')];
    }),
  ];
}

const refuse = (place: string, what: string, option: string) => ({
  place,
  message: `${what} is not among what this operator may reach. The plan stays as it is, and nothing is asked of AWS for it; whoever runs the operator can allow it with ${option}`,
});

/** `*` alone is a sign here: a pattern with a question mark fits nothing. */
const fits = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => !pattern.includes('?') && isLikePattern(name, pattern, { ignoreCase: false }));
