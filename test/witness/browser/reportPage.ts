import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { EstateReport } from '../../../src/assess/report.ts';
import { renderHtml } from '../../../src/cli/screens/html/page.ts';
import { chromiumCommand } from '../witnesses.ts';

export interface OpenedPage {
  page: Page;
  /** Of every request but that for the file itself. */
  requests: string[];
  /** What the console said, and what failed. */
  complaints: string[];
}

export interface Opening {
  width?: number;
  colorScheme?: 'light' | 'dark';
  javaScriptEnabled?: boolean;
}

/** A browser with an empty profile, that opens reports from files. */
export class ReportBrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(join(tmpdir(), 'meshlift-report-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<ReportBrowser> {
    return new ReportBrowser(
      await chromium.launch({
        executablePath: chromiumCommand(),
        args: [
          '--headless=new',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--no-first-run',
        ],
      }),
    );
  }

  async open(report: EstateReport, { width = 1280, ...options }: Opening = {}): Promise<OpenedPage> {
    const path = join(this.#folder, 'report.html');
    writeFileSync(path, renderHtml(report));
    const context = await this.#browser.newContext({ viewport: { width, height: 900 }, ...options });
    const page = await context.newPage();
    const address = pathToFileURL(path).href;
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== address) requests.push(request.url());
    });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address);
    return { page, requests, complaints };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
