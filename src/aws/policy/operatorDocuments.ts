import { filledIn } from './filledIn.ts';
import { policies } from './policies.ts';

/** What a deployment names (docs/deploy.md). Both with stars or without. */
export interface OperatorReach {
  clusterNames: readonly string[];
  /** Of the roles that green's tasks have. */
  passRoleNames: readonly string[];
}

/**
 * The operator's policies by their names, `operator-read` and so on, as a deployment hangs them on its task role. What `reach` does not name is every one in
 * the account, as it is by default.
 */
export function operatorDocuments(
  { id: account, region }: { id: string; region: string },
  table: string,
  { clusterNames, passRoleNames }: OperatorReach,
): { name: string; document: string }[] {
  const filling = {
    partition: 'aws',
    region,
    account,
    table,
    clusterArns: clusterNames.map((name) => `arn:aws:ecs:${region}:${account}:cluster/${name}`),
    passRoleArns: passRoleNames.map((name) => `arn:aws:iam::${account}:role/${name}`),
    loadBalancer: '*',
    mesh: '*',
    topic: '*',
    eventBus: '*',
  };
  return Object.entries(policies())
    .filter(([name]) => name.startsWith('operator'))
    .map(([name, document]) => ({ name, document: filledIn(document, filling) }));
}
