import type { ServiceId } from '../../service.ts';
import { APP_MESH_NEEDS } from './appMesh.ts';
import { AUTO_SCALING_NEEDS } from './autoScaling.ts';
import { CLOUD_MAP_NEEDS } from './cloudMap.ts';
import { CLOUD_WATCH_NEEDS } from './cloudWatch.ts';
import { EC2_NEEDS } from './ec2.ts';
import { ECS_NEEDS } from './ecs.ts';
import { ELBV2_NEEDS } from './elbv2.ts';
import { IAM_NEEDS } from './iam.ts';
import type { NeedTable } from './need.ts';
import { EVENT_BRIDGE_NEEDS, LOGS_NEEDS, SERVICE_QUOTAS_NEEDS, SNS_NEEDS, SQS_NEEDS, STS_NEEDS } from './others.ts';

/** What each operation that the lab serves asks for, after the Service Authorization Reference (§14). DynamoDB has a table of its own. */
export const NEEDS: Readonly<Record<ServiceId, NeedTable>> = {
  ecs: ECS_NEEDS,
  'app-mesh': APP_MESH_NEEDS,
  servicediscovery: CLOUD_MAP_NEEDS,
  'elastic-load-balancing-v2': ELBV2_NEEDS,
  cloudwatch: CLOUD_WATCH_NEEDS,
  'application-auto-scaling': AUTO_SCALING_NEEDS,
  sts: STS_NEEDS,
  ec2: EC2_NEEDS,
  iam: IAM_NEEDS,
  'cloudwatch-logs': LOGS_NEEDS,
  'service-quotas': SERVICE_QUOTAS_NEEDS,
  sns: SNS_NEEDS,
  eventbridge: EVENT_BRIDGE_NEEDS,
  sqs: SQS_NEEDS,
};
