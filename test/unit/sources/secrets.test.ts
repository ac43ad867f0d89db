import { describe, expect, test } from 'vitest';
import { withAlarms } from '../../fixtures/alarms.ts';
import { exportOf } from '../../fixtures/estates.ts';
import { asTemplate } from '../../fixtures/asCloudFormation.ts';
import { terraformStateOf } from '../../fixtures/terraformState.ts';
import { testCli } from '../../../src/cli/testing.ts';
import { saltedHash } from '../../../src/cli/sources/options.ts';
import { knownNames, reducedExport } from '../../../src/estate/secrets/reduced.ts';
import type { EstateExport } from '../../../src/estate/export.ts';

/** Passwords of several makes: a word, one with the signs of a URL in it, and one that looks like a host and like a path. */
const SECRETS = ['Pl4ntedW0rd', 'pl4nted@s1gn:x', 'pl4nted/sl4sh?q', 'pl4nted.d0t.ted', '/pl4nted/p4th'];

const FORMS = ['', '-o wide', '-o json', '-o yaml', '-o markdown', '-o html'];

/** Any part of a secret that would help to find it. */
const PART = /pl4nted|s1gn|sl4sh|d0t/i;

function planted(secret: string): EstateExport {
  const exported = withAlarms(exportOf('02-retries-tls-canary'));
  const token = encodeURIComponent(secret);
  for (const { taskDefinition, tags } of exported.ecs.taskDefinitions) {
    tags?.push({ key: 'DeployPassword', value: secret });
    for (const container of taskDefinition.containerDefinitions ?? []) {
      container.environment = [
        ...(container.environment ?? []),
        { name: 'PASSWORD', value: secret },
        { name: 'PORT', value: secret },
        { name: 'DATABASE_URL', value: `postgres://shop:${secret}@db.internal:5432/shop` },
        { name: 'DSN', value: `https://${secret}@o1.example.com/42` },
        { name: 'JDBC', value: `jdbc:postgresql://db.internal/shop?user=a&password=${secret}` },
        { name: 'ORDERS', value: `http://orders.checkout.local/?token=${secret}` },
      ];
      container.command = ['sh', '-c', `run --password ${secret} --other=${secret} -p${secret} && echo ${secret}`];
      container.entryPoint = [secret];
      container.dockerLabels = { 'traefik.auth': secret };
      container.logConfiguration = { logDriver: 'splunk', options: { 'splunk-token': secret, 'awslogs-group': 'g' } };
      if (container.healthCheck !== undefined)
        container.healthCheck.command = ['CMD-SHELL', `curl -u a:${secret} localhost`];
    }
  }
  for (const { spec } of exported.appMesh.virtualNodes) {
    for (const listener of spec?.listeners ?? []) {
      if (listener.healthCheck !== undefined) listener.healthCheck.path = `/ping?token=${token}`;
    }
    if (spec !== undefined) {
      const format = { text: `https://a:${secret}@log.internal/?api_key=${token}` };
      spec.logging = { accessLog: { file: { path: '/dev/stdout', format } } };
    }
  }
  for (const group of exported.elbv2.targetGroups) group.HealthCheckPath = `/health?token=${token}`;
  exported.serviceDiscovery.instances = Object.fromEntries(
    exported.serviceDiscovery.services.map((one) => [one.Id ?? '', [{ Id: 'i', Attributes: { DB_PASSWORD: secret } }]]),
  );
  exported.errors.push({ call: 'ecs:X', code: 'Y', message: `no answer from http://x.internal/?signature=${token}` });
  for (const route of exported.appMesh.routes) {
    const match = route.spec?.httpRoute?.match;
    if (match !== undefined) {
      match.headers = [...(match.headers ?? []), { name: 'authorization', match: { exact: secret } }];
      match.queryParameters = [{ name: 'api_key', match: { exact: secret } }];
    }
  }
  for (const rule of exported.elbv2.rules) {
    rule.Conditions = [
      ...(rule.Conditions ?? []),
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Auth-Token', Values: [secret] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Verify', Values: [secret] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'secret', Value: secret }] } },
    ];
  }
  const { metricAlarms, compositeAlarms } = exported.cloudWatch;
  for (const alarm of [...metricAlarms, ...compositeAlarms]) {
    alarm.AlarmDescription = `Ask https://ops:${secret}@runbooks.example.com/5xx?token=${secret}, or say ${secret}`;
  }
  for (const alarm of metricAlarms) alarm.Dimensions?.push({ Name: 'ApiToken', Value: secret });
  // Tasks, instances and subnets, as only the live APIs tell them.
  const clusterArn = exported.ecs.clusters[0]?.clusterArn ?? '';
  exported.ecs.tasks = exported.ecs.taskDefinitions.slice(0, 2).map(({ taskDefinition }, index) => ({
    taskArn: `${clusterArn.replace(':cluster/', ':task/')}/${index}`,
    clusterArn,
    taskDefinitionArn: taskDefinition.taskDefinitionArn,
    group: 'family:batch',
    overrides: {
      containerOverrides: [
        {
          name: 'app',
          command: ['sh', '-c', `batch --password ${secret} -p${secret}`],
          environment: [
            { name: 'PASSWORD', value: secret },
            { name: 'BATCH_URL', value: `postgres://batch:${secret}@db.internal:5432/shop` },
          ],
        },
      ],
    },
    tags: [{ key: 'DeployPassword', value: secret }],
  }));
  exported.ecs.containerInstances = [
    {
      containerInstanceArn: `${clusterArn.replace(':cluster/', ':container-instance/')}/0`,
      status: 'ACTIVE',
      attributes: [
        { name: 'ecs.instance-type', value: 'm7g.large' },
        { name: 'join-token', value: secret },
      ],
      tags: [{ key: 'DeployPassword', value: secret }],
    },
  ];
  exported.ec2 = { subnets: [{ SubnetId: 'subnet-a', Tags: [{ Key: 'DeployPassword', Value: secret }] }] };
  return exported;
}

describe.each(SECRETS)('the password %s', (secret) => {
  const exported = planted(secret);
  const template = asTemplate(exported) as { Parameters?: object; Resources: Record<string, { Properties?: object }> };
  const sources: [string, string][] = [
    ['export', JSON.stringify(exported)],
    ['list of task definitions', JSON.stringify(exported.ecs.taskDefinitions)],
    ['Terraform state', JSON.stringify(terraformStateOf(exported))],
    [
      'CloudFormation template',
      JSON.stringify({
        ...template,
        Parameters: { ...template.Parameters, Password: { Type: 'String', NoEcho: true, Default: secret } },
      }),
    ],
  ];

  test('is planted', () => {
    for (const [, text] of sources) expect(text.split(JSON.stringify(secret).slice(1, -1)).length).toBeGreaterThan(20);
  });

  test.each(sources)('is in no form of an assessment from an %s', async (_name, text) => {
    const cli = testCli({ endpointUrl: 'http://127.0.0.1:9' });
    cli.files.set('source.json', text);
    for (const form of FORMS) {
      const { exitCode, out, err } = await cli.run(
        `assess --from source.json --cluster checkout --mesh checkout ${form}`,
      );
      expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
      expect(out.length).toBeGreaterThan(1000);
      expect(PART.exec(out)?.[0], `${form} …${around(out)}…`).toBeUndefined();
    }
  });

  test('is not in what an export is reduced to', () => {
    const text = JSON.stringify(reducedExport(exported, knownNames([exported]), (value) => saltedHash('salt', value)));
    expect(PART.exec(text)?.[0], around(text)).toBeUndefined();
    expect(text).toContain('splunk-token');
    expect(text).toContain('postgres://');
    expect(text).toMatch(/"AlarmDescription":"https:\/\/(runbooks\.example\.com)? #[0-9a-f]{8}"/);
    expect(text).toContain('family:batch');
    expect(text).toContain('m7g.large');
    expect(text).toContain('subnet-a');
  });

  test('is in no error of a file that cannot be read', async () => {
    const cli = testCli({ endpointUrl: 'http://127.0.0.1:9' });
    for (const [, text] of sources) {
      for (const at of [text.indexOf(secret.slice(0, 4)) + 3, Math.floor(text.length / 2)]) {
        for (const broken of [text.slice(0, at), `${text.slice(0, at)}"${text.slice(at)}`]) {
          cli.files.set('source.json', broken);
          const { exitCode, out, err } = await cli.run('assess --from source.json');
          expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
          expect(err).toMatch(/^Error: source.json, line \d+, column \d+: /);
          expect(PART.exec(err)?.[0]).toBeUndefined();
        }
      }
    }
  });
});

/** What stands about a find, so that a failure says where. */
function around(text: string): string {
  const at = text.search(PART);
  return at < 0 ? '' : text.slice(Math.max(0, at - 120), at + 40);
}
