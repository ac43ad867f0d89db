export interface Quota {
  /** Case counts. */
  service: string;
  serviceName: string;
  code: string;
  name: string;
  value: number;
}

const FARGATE = { service: 'fargate', serviceName: 'AWS Fargate' };

/** What AWS gives a new account (row N31). */
export const QUOTAS: readonly Quota[] = [
  { ...FARGATE, code: 'L-3032A538', name: 'Fargate On-Demand vCPU resource count', value: 6 },
  { ...FARGATE, code: 'L-36FBB829', name: 'Fargate Spot vCPU resource count', value: 6 },
];
