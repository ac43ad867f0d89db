import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Ordinary SDK clients of the account where an estate is made. */
export interface EstateClients {
  ecs: ECSClient;
  appMesh: AppMeshClient;
  cloudMap: ServiceDiscoveryClient;
  elbv2: ElasticLoadBalancingV2Client;
  cloudWatch: CloudWatchClient;
  autoScaling: ApplicationAutoScalingClient;
  sqs: SQSClient;
}

/** Where an estate is made, and how one outside AWS's DNS reaches it. */
export interface EstateSurroundings {
  clients: EstateClients;
  account: { id: string; region: string };
  /** The URL of a listener; `undefined` while it takes no connections yet. On AWS: the load balancer's DNS name. */
  urlOf: (listenerArn: string) => string | undefined;
  /** Real time after which the estate is given up; default 60 s. */
  timeoutMs?: number;
  /** One line for each thing that was made. */
  say?: (line: string) => void;
  /** Runs when everything is steady: the moment for faults that need a finished estate, such as App Mesh going away. */
  steady?: () => void | Promise<void>;
}

/** What a plan for the estate has to name. */
export interface Estate {
  clusterName: string;
  clusterArn: string;
  meshName: string;
  loadBalancerArn: string;
  listenerArn: string;
  listenerRuleArn: string;
  targetGroupArn: string;
  /** Of the entry service, from outside. */
  url: string;
  serviceNames: string[];
  alarmNames: string[];
}

/** An application that the lab can be started with. */
export interface EstateDefinition {
  summary: string;
  create(surroundings: EstateSurroundings): Promise<Estate>;
}
