import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EstateClients } from './estate.ts';

/** Clients of an endpoint, as a person's who works on the estate. Destroy them when the estate stands. */
export function estateClients({
  accessKeyId = 'AKIDESTATE',
  ...where
}: {
  endpoint: string;
  region: string;
  /** Default one of the lab's first account. */
  accessKeyId?: string | undefined;
}): EstateClients & { destroy(): void } {
  const configuration = {
    ...where,
    credentials: { accessKeyId, secretAccessKey: 'lab' },
    maxAttempts: 8,
  };
  const clients = {
    ecs: new ECSClient(configuration),
    appMesh: new AppMeshClient(configuration),
    cloudMap: new ServiceDiscoveryClient(configuration),
    elbv2: new ElasticLoadBalancingV2Client(configuration),
    cloudWatch: new CloudWatchClient(configuration),
    autoScaling: new ApplicationAutoScalingClient(configuration),
    sqs: new SQSClient(configuration),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
