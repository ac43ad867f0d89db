import type { PolicyDocument } from './policies.ts';
import { LISTS, PLACES } from './places.ts';

/** What the places of a policy are filled in with: each by one text, a list by as many as there are. */
export interface Filling {
  partition: string;
  region: string;
  account: string;
  table: string;
  clusterArns: readonly string[];
  passRoleArns: readonly string[];
  loadBalancer: string;
  mesh: string;
  topic: string;
  eventBus: string;
}

/** A policy as IAM takes it, with every place filled in, as Terraform's `templatefile` and CloudFormation's `Fn::Sub` do it. */
export function filledIn(document: PolicyDocument, filling: Filling): string {
  let text = JSON.stringify(document);
  for (const [name, place] of Object.entries(PLACES)) {
    const value = filling[name as keyof Filling];
    const values = typeof value === 'string' ? [value] : value;
    text = LISTS.includes(place)
      ? text.replaceAll(JSON.stringify(place), () => values.map((one) => JSON.stringify(one)).join(','))
      : text.replaceAll(place, () => values.join(','));
  }
  return text;
}
