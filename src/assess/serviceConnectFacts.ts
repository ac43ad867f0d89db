/** What Service Connect could and could not do, when somebody last looked, and where it is written. */
export interface ServiceConnectFact {
  /** A whole sentence, or the words that a finding takes over. */
  says: string;
  /** The month in which the source was read last. */
  asOf: `${number}-${number}`;
  source: string;
}

const ECS_SDK = 'client-ecs 3.1162.0, text of the types';
const GUIDE = 'Amazon ECS developer guide';

/**
 * The facts about Service Connect that the findings rest on. Whoever maintains Meshlift updates them here, with the month: the words
 * of the findings and the page `docs/findings.md` follow.
 */
export const SERVICE_CONNECT_FACTS = {
  sharedNamespaces: {
    says: 'RAM share with AWSRAMPermissionCloudMapECSFullPermission, namespace given by ARN, same Region, VPC routing still yours',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-shared-namespaces`,
  },
  tlsIssuer: {
    says: 'Service Connect issues its own certificates',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-tls; ServiceConnectTlsConfiguration in ${ECS_SDK}`,
  },
  tlsVersion: { says: 'TLS 1.3', asOf: '2026-11', source: `${GUIDE}, service-connect-tls` },
  tlsBilling: {
    says: 'About 6 certificates per service and month are billed',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-tls: certificates are renewed every 5 days`,
  },
  noMutualTls: {
    says: 'Service Connect TLS authenticates the server only; client certificates are not checked.',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-tls; ServiceConnectTlsConfiguration has no member for it in ${ECS_SDK}`,
  },
  retries: {
    says: '2 retries on another task after a failed connection',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-concepts-deploy; containers-roadmap#1963`,
  },
  outlierDetection: {
    says: 'a task with 5 or more failed connections in 30 s is avoided for 30-300 s',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect-concepts-deploy`,
  },
  timeouts: {
    says: 'services[].timeout has whole seconds, 0 for none: idle (300 s by default, 3600 s for tcp) and per request (15 s by default, none for tcp)',
    asOf: '2026-11',
    source: `ServiceConnectService.timeout in ${ECS_SDK}; rows S9 and S12 of docs/aws-behaviour.md`,
  },
  accessLogs: {
    says: 'accessLogConfiguration {format: TEXT} plus logConfiguration. Query strings are left out unless includeQueryParameters is ENABLED.',
    asOf: '2026-11',
    source: `ServiceConnectAccessLogConfiguration in ${ECS_SDK}`,
  },
  noRequestRouting: {
    says: 'Service Connect has no request routing.',
    asOf: '2026-11',
    source: `ServiceConnectService in ${ECS_SDK}`,
  },
  testHeaders: {
    says: 'A header can send test traffic to the new tasks of one service, during a deployment with the strategy BLUE_GREEN only',
    asOf: '2026-11',
    source: `ServiceConnectTestTrafficRules in ${ECS_SDK}`,
  },
  platforms: {
    says: 'Linux tasks of services on EC2 or Fargate (1.4.0 or later), with the network mode awsvpc or bridge; no stand-alone tasks, no ECS Anywhere, no Managed Instances',
    asOf: '2026-11',
    source: `${GUIDE}, service-connect; row S13 of docs/aws-behaviour.md`,
  },
  tasksPerService: {
    says: 'At most 1,000 tasks for each Service Connect service',
    asOf: '2026-11',
    source: 'row E73 of docs/aws-behaviour.md',
  },
} as const satisfies Record<string, ServiceConnectFact>;
