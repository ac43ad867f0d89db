import { Option } from 'commander';
import type { Command } from 'commander';
import { reportOn } from '../../assess/report/reportOn.ts';
import type { EstateReport, ReportVerdict } from '../../assess/report.ts';
import { readWholeEstate } from '../../estate/fromExport.ts';
import { EXIT, type Cli } from '../cli.ts';
import { markdownReport } from '../screens/assessment/markdown.ts';
import { terminalReport } from '../screens/assessment/terminal.ts';
import { readSources, type SourceOptions, withSources } from '../sources/options.ts';
import { readPrices } from '../sources/prices.ts';

const FORMS = ['json', 'yaml', 'markdown', 'html', 'wide'] as const;

interface AssessOptions extends SourceOptions {
  output?: (typeof FORMS)[number];
  prices?: string;
}

/** Documented, and for scripts. */
const EXIT_CODES: Readonly<Record<ReportVerdict, number>> = {
  clean: EXIT.ok,
  needsDecisions: EXIT.needsDecisions,
  blocked: EXIT.blocked,
};

export function register(command: Command, cli: Cli): void {
  withSources(command)
    .addOption(new Option('-o, --output <form>', 'another form').choices(FORMS))
    .option('--prices <file>', 'prices of an hour of vCPU and GB, JSON or YAML: currency, vcpuHour, gigabyteHour')
    .addHelpText(
      'after',
      `
Without --from AWS is asked, with your own credentials; with it the files alone, unless --live is given too. What a file is,
is seen from what stands in it. Nothing is changed. Exit code: 0 clean, 2 needs decisions, 3 blocked, 1 for an error.`,
    )
    .action((options: AssessOptions) => assess(cli, options));
}

async function assess(cli: Cli, options: AssessOptions): Promise<void> {
  const prices = options.prices === undefined ? undefined : await readPrices(cli, options.prices);
  const { exported, cluster, mesh } = await readSources(cli, options);
  const report = reportOn(readWholeEstate(exported, cluster, mesh), prices === undefined ? {} : { prices });
  cli.out(await shown(report, options.output));
  cli.exitCode = EXIT_CODES[report.verdict];
}

async function shown(report: EstateReport, form: AssessOptions['output']): Promise<string> {
  switch (form) {
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'yaml':
      return (await import('yaml')).stringify(report, { lineWidth: 0 }).trimEnd();
    case 'markdown':
      return markdownReport(report).join('\n').trimEnd();
    case 'html':
      return (await import('../screens/html/page.ts')).renderHtml(report);
    case 'wide':
    case undefined:
      return terminalReport(report, form === 'wide').join('\n');
  }
}
