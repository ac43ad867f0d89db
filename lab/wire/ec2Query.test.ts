import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../simulated/simulatedAws.ts';
import { toBytes, toText } from './protocol.ts';

let simulated: SimulatedAws;

beforeEach(() => {
  simulated = createSimulatedAws({ clock: new SimulatedClock() });
});

/** What a client of any make gets for a form. */
async function post(form: Record<string, string>): Promise<{ status: number; xml: string }> {
  const { status, body } = await simulated.aws.dispatch({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: toBytes(new URLSearchParams({ Version: '2016-11-15', ...form }).toString()),
  });
  return { status, xml: toText(body) };
}

describe('ec2Query', () => {
  test('lists are numbered without an element between, and the answer has no result around it', async () => {
    const { status, xml } = await post({
      Action: 'DescribeSubnets',
      'Filter.1.Name': 'availability-zone',
      'Filter.1.Value.1': 'eu-west-1a',
      'Filter.1.Value.2': 'eu-west-1b',
      'Filter.2.Name': 'default-for-az',
      'Filter.2.Value.1': 'true',
    });
    expect(status).toBe(200);
    expect(xml).toMatch(
      /^<DescribeSubnetsResponse xmlns="http:\/\/ec2\.amazonaws\.com\/doc\/2016-11-15\/"><requestId>[0-9a-f-]{36}<\/requestId><subnetSet><item>/,
    );
    expect(xml.match(/<item>.*?<\/item>/g)).toHaveLength(2);
    expect(xml).toContain('<availabilityZone>eu-west-1b</availabilityZone>');
  });

  test('members of structures begin with a capital, and booleans and numbers are read as such', async () => {
    const groupId = /<groupId>(.*?)<\/groupId>/.exec(
      (await post({ Action: 'CreateSecurityGroup', GroupName: 'a', GroupDescription: 'b' })).xml,
    )?.[1];
    const { xml } = await post({
      Action: 'AuthorizeSecurityGroupIngress',
      GroupId: groupId ?? '',
      'IpPermissions.1.IpProtocol': 'tcp',
      'IpPermissions.1.FromPort': '80',
      'IpPermissions.1.ToPort': '81',
      'IpPermissions.1.IpRanges.1.CidrIp': '10.0.0.0/8',
      'TagSpecification.1.ResourceType': 'security-group-rule',
      'TagSpecification.1.Tag.1.Key': 'a&b',
      'TagSpecification.1.Tag.1.Value': '<c>',
    });
    expect(xml).toContain('<return>true</return>');
    expect(xml).toContain('<fromPort>80</fromPort>');
    expect(xml).toContain('<item><key>a&amp;b</key><value>&lt;c&gt;</value></item>');
  });

  test('errors have a form of their own', async () => {
    const unknown = await post({ Action: 'DescribeVpcs', 'VpcId.1': 'vpc-<0>' });
    expect(unknown.status).toBe(400);
    expect(unknown.xml).toMatch(
      /^<Response><Errors><Error><Code>InvalidVpcID\.NotFound<\/Code><Message>The vpc ID 'vpc-&lt;0&gt;' does not exist<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
    const notServed = await post({ Action: 'RunInstances' });
    expect(notServed.xml).toContain(
      '<Code>UnknownOperationException</Code><Message>lab: ec2 RunInstances is not served',
    );
  });
});
