import type { ServiceId } from '../../services/service.ts';
import appMesh from './app-mesh.json' with { type: 'json' };
import autoScaling from './application-auto-scaling.json' with { type: 'json' };
import logs from './cloudwatch-logs.json' with { type: 'json' };
import cloudWatch from './cloudwatch.json' with { type: 'json' };
import ec2 from './ec2.json' with { type: 'json' };
import iam from './iam.json' with { type: 'json' };
import ecs from './ecs.json' with { type: 'json' };
import eventBridge from './eventbridge.json' with { type: 'json' };
import elbv2 from './elastic-load-balancing-v2.json' with { type: 'json' };
import serviceQuotas from './service-quotas.json' with { type: 'json' };
import cloudMap from './servicediscovery.json' with { type: 'json' };
import sns from './sns.json' with { type: 'json' };
import sqs from './sqs.json' with { type: 'json' };
import sts from './sts.json' with { type: 'json' };
import type { LimitTable } from './table.ts';

/**
 * Written by `node tools/limits.ts` from an installed botocore's service models, and held to them by
 * `test/witness/botocore/limits.test.ts`.
 */
export const LIMITS: Readonly<Record<ServiceId, LimitTable>> = {
  ecs,
  'app-mesh': appMesh,
  servicediscovery: cloudMap,
  'elastic-load-balancing-v2': elbv2,
  cloudwatch: cloudWatch,
  'application-auto-scaling': autoScaling,
  sts,
  ec2,
  iam,
  'cloudwatch-logs': logs,
  'service-quotas': serviceQuotas,
  sns,
  eventbridge: eventBridge,
  sqs,
};
