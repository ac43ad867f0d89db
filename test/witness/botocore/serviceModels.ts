import { spawnSync } from 'node:child_process';
import type { ServiceId } from '../../../lab/services/service.ts';

/** What is read of a service model of botocore's. */
export interface ServiceModel {
  operations: Record<string, { input?: { shape: string } }>;
  shapes: Record<string, ModelShape>;
}

export interface ModelShape {
  type: string;
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
}

/** The name under which botocore keeps each service's model. */
const MODEL_NAMES: Readonly<Record<ServiceId, string>> = {
  ecs: 'ecs',
  'app-mesh': 'appmesh',
  servicediscovery: 'servicediscovery',
  'elastic-load-balancing-v2': 'elbv2',
  cloudwatch: 'cloudwatch',
  'application-auto-scaling': 'application-autoscaling',
  sts: 'sts',
  ec2: 'ec2',
  iam: 'iam',
  'cloudwatch-logs': 'logs',
  'service-quotas': 'service-quotas',
  sns: 'sns',
  eventbridge: 'events',
  sqs: 'sqs',
};

const READ_MODEL = `
import json, sys
from botocore.loaders import Loader
json.dump(Loader(include_default_search_paths=True).load_service_model(sys.argv[1], 'service-2'), sys.stdout)
`;

/** A service's model as the installed botocore has it. Throws where there is no botocore, or none that knows the service. */
export function readServiceModel(service: ServiceId): ServiceModel {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', READ_MODEL, MODEL_NAMES[service]], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`botocore did not tell its model of ${service}: ${stderr}`);
  return JSON.parse(stdout) as ServiceModel;
}
