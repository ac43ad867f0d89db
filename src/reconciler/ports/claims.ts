import { entryArn, type TrafficEntry } from '../../plan/model.ts';

/** What a rule's claim, or a service's, is called. */
export const ruleClaim = (entry: TrafficEntry): string => `rule/${entryArn(entry)}`;
export const serviceClaim = (clusterArn: string, service: string): string => `service/${clusterArn}/${service}`;
