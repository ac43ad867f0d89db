import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { CreateServiceCommand, DescribeServicesCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { WORKER_IMAGE } from '../../images/images.ts';
import type { Estate, EstateClients, EstateSurroundings } from '../estate.ts';
import { until } from '../until.ts';
import { SECURITY_GROUP, SUBNETS } from './edge.ts';
import { CLUSTER, MESH, PORT, STOCK_NAME } from './names.ts';
import { envoyOf, logsOf, proxyOf } from './services.ts';
import { createShop } from './shop.ts';

export const WORKER = 'worker';
/** The queue that the worker takes its messages from, and the one where it writes down what it did. */
export const JOBS = 'jobs';
export const RESULTS = 'job-results';

const TASKS = 2;
const TIMEOUT_MS = 60_000;
/** Far longer than a message is worked, in a lab whose clock runs fast too: who works it is not overtaken by another. */
const VISIBILITY_SECONDS = 1800;

export interface WorkerQueues {
  jobsUrl: string;
  resultsUrl: string;
}

/** The shop, and a service that takes messages from a queue: nobody calls it, and no load balancer is before it. */
export async function createShopWithWorker(surroundings: EstateSurroundings): Promise<Estate> {
  const estate = await createShop(surroundings);
  const { jobsUrl, resultsUrl } = await createWorker(surroundings);
  surroundings.say?.(`service ${WORKER}, which takes messages from ${jobsUrl} and writes to ${resultsUrl} what it did`);
  return { ...estate, serviceNames: [...estate.serviceNames, WORKER] };
}

/** Makes the worker of a shop that stands, with its queues. Resolves when its tasks run. */
export async function createWorker(
  surroundings: Pick<EstateSurroundings, 'account' | 'timeoutMs'> & {
    clients: Pick<EstateClients, 'ecs' | 'appMesh' | 'sqs'>;
  },
): Promise<WorkerQueues> {
  const { clients, account } = surroundings;
  const jobsUrl = await createQueue(clients.sqs, JOBS);
  const resultsUrl = await createQueue(clients.sqs, RESULTS);
  await clients.appMesh.send(
    new CreateVirtualNodeCommand({
      meshName: MESH,
      virtualNodeName: 'worker-vn',
      spec: { backends: [{ virtualService: { virtualServiceName: STOCK_NAME } }] },
    }),
  );
  await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: WORKER,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1024',
      taskRoleArn: `arn:aws:iam::${account.id}:role/${WORKER}-task`,
      executionRoleArn: `arn:aws:iam::${account.id}:role/shop-ecs-execution`,
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      proxyConfiguration: proxyOf(PORT),
      containerDefinitions: [
        {
          name: 'app',
          image: WORKER_IMAGE,
          essential: true,
          stopTimeout: 120,
          environment: Object.entries({
            QUEUE_URL: jobsUrl,
            RESULTS_URL: resultsUrl,
            STOCK_URL: `http://${STOCK_NAME}:${PORT}`,
            AWS_REGION: account.region,
            // On AWS the task's role gives them. The lab looks at no signature.
            AWS_ACCESS_KEY_ID: 'AKIDWORKER',
            AWS_SECRET_ACCESS_KEY: 'lab',
          }).map(([name, value]) => ({ name, value })),
          dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
          logConfiguration: logsOf(WORKER, account),
        },
        envoyOf('worker-vn', account),
      ],
      tags: [{ key: 'team', value: 'shop' }],
    }),
  );
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: WORKER,
      taskDefinition: WORKER,
      desiredCount: TASKS,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP], assignPublicIp: 'DISABLED' },
      },
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      tags: [{ key: 'team', value: 'shop' }],
    }),
  );
  await until('The worker of the shop', performance.now() + (surroundings.timeoutMs ?? TIMEOUT_MS), async () => {
    const { services = [] } = await clients.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: [WORKER] }),
    );
    const running = services[0]?.runningCount ?? 0;
    const isSteady = running === TASKS && services[0]?.deployments?.[0]?.rolloutState === 'COMPLETED';
    return isSteady ? { value: undefined } : `${running} of ${TASKS} tasks run`;
  });
  return { jobsUrl, resultsUrl };
}

async function createQueue(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS) } }),
  );
  return QueueUrl;
}
