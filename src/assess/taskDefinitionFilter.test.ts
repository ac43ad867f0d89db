import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, type FixtureName, planFor } from '../../test/fixtures/estates.ts';
import { namedPorts } from './aliases.ts';
import { assess, subgraphOf } from './assess.ts';
import { buildStack } from './stack.ts';
import { filterTaskDefinition, NoGreenError, type PortName, readTaskDefinition } from './taskDefinitionFilter.ts';

const filtered = (text: string, ports: PortName[] = []) => {
  const written = readTaskDefinition('task.json', text);
  return filterTaskDefinition(written, `${written.taskDefinition.family ?? ''}-sc`, ports);
};

const TASK = {
  family: 'web',
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      portMappings: [{ containerPort: 8080 }, { containerPort: 9000 }],
      dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
    },
    { name: 'envoy', image: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1', essential: true },
  ],
  proxyConfiguration: { type: 'APPMESH', containerName: 'envoy' },
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
};

describe.each(['01-simple-three-tier', '02-retries-tls-canary'] as const)('%s', (name: FixtureName) => {
  const plan = planFor(name);
  const estate = estateOf(name);
  const { services, aliases } = subgraphOf(plan, estate);
  const stack = buildStack(plan, estate, assess(plan, estate), 1);
  const wanted = stack.resources.flatMap((one) => (one.kind === 'taskDefinition' ? [one] : []));

  test('the filter makes what the operator makes, once the ports are named', () => {
    expect(wanted.length).toBeGreaterThan(2);
    for (const { blueService, input } of wanted) {
      const blue = services.find((one) => one.name === blueService);
      const described = exportOf(name).ecs.taskDefinitions.find(
        (one) => one.taskDefinition.taskDefinitionArn === blue?.taskDefinition.taskDefinitionArn,
      );
      const ports = namedPorts(aliases, blueService ?? '');
      for (const text of [JSON.stringify(described), stringify(described)]) {
        expect(filterTaskDefinition(readTaskDefinition('file', text), input.family ?? '', ports).input).toEqual(input);
      }
    }
  });
});

describe('what is read', () => {
  test('an input and the answer to it give the same', () => {
    const tags = [
      { key: 'team', value: 'web' },
      { key: 'aws:cloudformation:stack-name', value: 'shop' },
    ];
    const answer = {
      taskDefinition: { ...TASK, revision: 7, status: 'ACTIVE', registeredAt: 1.5, compatibilities: ['EC2'] },
      tags,
      ResponseMetadata: {},
    };
    expect(filtered(JSON.stringify(answer)).input).toEqual(filtered(JSON.stringify({ ...TASK, tags })).input);
    expect(filtered(JSON.stringify(answer)).input.tags).toEqual([{ key: 'team', value: 'web' }]);
  });

  test.each<[string, string, RegExp]>([
    ['nothing', ' ', /^task\.json: it is empty$/],
    ['half a file', '{"family": "web", ', /^task\.json, line 1, column \d+: /],
    ['a list', '[1]', /^task\.json, line 1, column 1: a task definition is an object$/],
    ['another object', '{"family":"web"}', /containerDefinitions is missing or empty/],
    ['no family', 'containerDefinitions: [{ name: web }]', /family is missing/],
    ['a template', 'Resources: {}', /this is CloudFormation/],
    [
      'a member of the wrong kind',
      'family: web\ncontainerDefinitions:\n  - name: web\n    portMappings:\n      - containerPort: high\n',
      /^task\.json, line 5, column 24: containerDefinitions\[0\]\.portMappings\[0\]\.containerPort: it should be a number and is a string$/,
    ],
    [
      'a member that ECS does not have',
      'taskDefinition:\n  family: web\n  containerDefinitions:\n    - name: web\n      imagee: web:1\n',
      /^task\.json, line 5, column 15: taskDefinition\.containerDefinitions\[0\]\.imagee: meshlift knows no such member$/i,
    ],
    [
      'a container without a name',
      'family: web\ncontainerDefinitions: [{ image: x }]',
      /\[0\]: the container has no name/,
    ],
    [
      'two containers of one name',
      'family: web\ncontainerDefinitions: [{ name: a }, { name: a }]',
      /line 2, column 37: containerDefinitions\[1\]: a container a is there already/,
    ],
  ])('%s is refused with its place', (_what, text, message) => {
    expect(() => filtered(text)).toThrow(message);
  });
});

describe('what is said', () => {
  test('every change, the findings, and the ports that nobody has named', () => {
    const { input, changes, unknown, findings } = filtered(JSON.stringify(TASK), [
      { name: 'http', containerPort: 8080, protocol: 'http' },
    ]);
    expect(changes).toEqual([
      'family web → web-sc',
      'container envoy is taken out',
      'proxyConfiguration is taken out',
      'container web no longer waits for envoy',
      'task size (CPU/memory) 256/512 -> 512/576',
      'port 8080 is named http, http',
    ]);
    expect(unknown).toEqual([expect.stringContaining('port 9000')]);
    expect(findings.map((one) => `${one.code} ${one.place}`)).toEqual([
      'ECS_SIZING_RAISED taskDefinition/web',
      'ECS_DEPENDS_ON_ENVOY taskDefinition/web',
    ]);
    expect(input.containerDefinitions).toEqual([
      {
        name: 'web',
        image: 'web:1',
        portMappings: [{ containerPort: 8080, name: 'http', appProtocol: 'http' }, { containerPort: 9000 }],
      },
    ]);
  });

  test('a task definition outside the mesh stays as it is, under another family', () => {
    const { proxyConfiguration: _proxy, ...task } = TASK;
    const outside = { ...task, containerDefinitions: [{ name: 'web', image: 'web:1' }] };
    const { input, changes } = filtered(JSON.stringify(outside));
    expect(input).toEqual({ ...outside, family: 'web-sc', tags: [] });
    expect(changes).toContain('no container of App Mesh was found');
  });

  test('a secret stays the reference that it is, wherever a task definition has one', () => {
    const valueFrom = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-key-AbCdEf';
    const secretive = {
      secrets: [{ name: 'API_KEY', valueFrom }],
      repositoryCredentials: { credentialsParameter: valueFrom },
      logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'splunk-token', valueFrom }] },
    };
    const [web, envoy] = TASK.containerDefinitions;
    const { input } = filtered(JSON.stringify({ ...TASK, containerDefinitions: [{ ...web, ...secretive }, envoy] }));
    expect(input.containerDefinitions).toMatchObject([{ name: 'web', ...secretive }]);
  });

  test('nothing is made of a task that is nothing but Envoy, that takes its volumes, or that has no such port', () => {
    const [web, envoy] = TASK.containerDefinitions;
    const only = { ...TASK, containerDefinitions: [envoy] };
    const dependent = {
      ...TASK,
      containerDefinitions: [{ ...web, volumesFrom: [{ sourceContainer: 'envoy' }] }, envoy],
    };
    expect(() => filtered(JSON.stringify(only))).toThrow(NoGreenError);
    expect(() => filtered(JSON.stringify(dependent))).toThrow(/web takes volumes from envoy/);
    expect(() => filtered(JSON.stringify(TASK), [{ name: 'x', containerPort: 7, protocol: 'tcp' }])).toThrow(
      /no container maps the TCP port 7/,
    );
  });
});
