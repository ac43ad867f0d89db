import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { compositesOver, watchesEstate } from '../../estate/alarms/ofEstate.ts';
import type { EstateExport } from '../../estate/export.ts';
import type { AwsClients } from '../clients.ts';
import { expectCalls } from '../expectedCalls.ts';
import { everyPage } from '../pages.ts';
import { type ReadErrors, toJson } from './reading.ts';

type Told = NonNullable<EstateExport['cloudWatch']>;

/** The most that a page holds (row W2). */
const ALARMS_A_PAGE = 100;

/**
 * The alarms that watch something of the estate, and the composites over them. An account may have tens of thousands of others,
 * which are let go page by page. `undefined`, with the failure on record, where CloudWatch does not answer.
 */
export const readAlarms = (
  clients: Pick<AwsClients, 'cloudWatch'>,
  estate: EstateExport,
  errors: ReadErrors,
): Promise<Told | undefined> =>
  errors.tolerate(
    'cloudwatch:DescribeAlarms',
    undefined,
    async () => {
      const isKept = watchesEstate(estate);
      expectCalls(1);
      const pages = await everyPage(async (NextToken) => {
        const page = await clients.cloudWatch.send(
          new DescribeAlarmsCommand({
            // Without the types, metric alarms only (row W1).
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: ALARMS_A_PAGE,
            NextToken,
          }),
        );
        const { MetricAlarms: metricAlarms = [], CompositeAlarms: compositeAlarms = [] } = page;
        const told: Told = toJson({ metricAlarms, compositeAlarms });
        return { items: [{ ...told, metricAlarms: told.metricAlarms.filter(isKept) }], next: page.NextToken };
      });
      const metricAlarms = pages.flatMap((page) => page.metricAlarms);
      const composites = pages.flatMap((page) => page.compositeAlarms);
      return {
        metricAlarms,
        compositeAlarms: compositesOver(
          metricAlarms.map((one) => one.AlarmName ?? ''),
          composites,
        ),
      };
    },
    undefined,
  );
