import * as appMesh from '@aws-sdk/client-app-mesh';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as cloudMap from '@aws-sdk/client-servicediscovery';
import * as sts from '@aws-sdk/client-sts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import type { Direct, DirectAnswer } from '../../../src/aws/directClient.ts';

type Send = (command: object) => Promise<DirectAnswer>;

/** The same calls by the SDK's own clients, over the wire. */
export function overWire({ clientConfig }: SimulatedAws): Direct {
  const config = { ...clientConfig, maxAttempts: 1 };
  const ways: Record<string, { sdk: object; client: object }> = {
    'com.amazonaws.ecs': { sdk: ecs, client: new ecs.ECSClient(config) },
    'com.amazonaws.elasticloadbalancingv2': { sdk: elbv2, client: new elbv2.ElasticLoadBalancingV2Client(config) },
    'com.amazonaws.servicediscovery': { sdk: cloudMap, client: new cloudMap.ServiceDiscoveryClient(config) },
    'com.amazonaws.applicationautoscaling': {
      sdk: autoScaling,
      client: new autoScaling.ApplicationAutoScalingClient(config),
    },
    'com.amazonaws.cloudwatch': { sdk: cloudWatch, client: new cloudWatch.CloudWatchClient(config) },
    'com.amazonaws.appmesh': { sdk: appMesh, client: new appMesh.AppMeshClient(config) },
    'com.amazonaws.sts': { sdk: sts, client: new sts.STSClient(config) },
  };
  return ({ namespace, operation, input }) => {
    const way = ways[namespace];
    if (way === undefined) throw new Error(`no client of ${namespace} is made here`);
    const commands = new Map<string, unknown>(Object.entries(way.sdk));
    const Command = commands.get(`${operation}Command`) as new (input: object) => object;
    return (way.client as { send: Send }).send(new Command(input));
  };
}
