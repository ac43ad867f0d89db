import type { CapacityRow, ReportVerdict, Role } from '../../../assess/report.ts';
import type { Severity } from '../../../assess/model.ts';
import type { Certainty } from '../../../estate/model.ts';
import { html, type Markup, trusted } from './markup.ts';

/** Shapes are drawn, not set in a font: no two of them look alike without colour, or where a font lacks a sign. */
const SHAPES = {
  check: '<path d="M2.5 8.5l3.5 3.5 7.5-8" fill="none" stroke="currentColor" stroke-width="2.2"/>',
  cross: '<path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" stroke-width="2.4"/>',
  diamond: '<path d="M8 1.5l6.5 6.5L8 14.5 1.5 8z" fill="currentColor"/>',
  down: '<path d="M1.5 3.5h13L8 14z" fill="currentColor"/>',
  ring: '<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2"/>',
  question:
    '<path d="M5 5.6C5 3.6 6.3 2.6 8 2.6s3 1 3 2.7c0 2.2-2.9 2.2-2.9 4.5M8.1 12v2" fill="none" stroke="currentColor" stroke-width="1.9"/>',
  circle: '<path d="M13 8a5 5 0 1 1-1.7-3.8M13.2 1.2v3.4H9.8" fill="none" stroke="currentColor" stroke-width="1.8"/>',
  arrow:
    '<path d="M1.5 8h8" fill="none" stroke="currentColor" stroke-width="2"/><path d="M9 3.5L14.5 8 9 12.5z" fill="currentColor"/>',
} as const;

type Shape = keyof typeof SHAPES;

export const icon = (shape: Shape): Markup =>
  trusted(`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SHAPES[shape]}</svg>`);

/** A shape and a word, so that nothing is said by colour alone. */
export interface Sign {
  shape: Shape;
  word: string;
  /** A class of the style sheet. */
  tone: 'bad' | 'choice' | 'loss' | 'quiet' | 'good';
}

export const sign = ({ shape, word, tone }: Sign): Markup =>
  html`<span class="sign ${tone}">${icon(shape)}<span>${word}</span></span>`;

/** Worst first. */
export const SEVERITIES: readonly Severity[] = ['blocker', 'needs-decision', 'degraded', 'info'];

export const SEVERITY_SIGNS: Readonly<Record<Severity, Sign>> = {
  blocker: { shape: 'cross', word: 'blocker', tone: 'bad' },
  'needs-decision': { shape: 'diamond', word: 'needs-decision', tone: 'choice' },
  degraded: { shape: 'down', word: 'degraded', tone: 'loss' },
  info: { shape: 'ring', word: 'info', tone: 'quiet' },
};

export const VERDICT_SIGNS: Readonly<Record<ReportVerdict, Sign>> = {
  clean: { shape: 'check', word: 'Clean', tone: 'good' },
  needsDecisions: { shape: 'diamond', word: 'Needs decisions', tone: 'choice' },
  blocked: { shape: 'cross', word: 'Blocked', tone: 'bad' },
};

export const CAPACITY_SIGNS: Readonly<Record<CapacityRow['verdict'], Sign>> = {
  enough: { shape: 'check', word: 'enough', tone: 'good' },
  short: { shape: 'cross', word: 'short', tone: 'bad' },
  unknown: { shape: 'question', word: 'unknown', tone: 'choice' },
};

export const CERTAINTY_SIGNS: Readonly<Record<Certainty, Sign>> = {
  certain: { shape: 'check', word: 'certain', tone: 'quiet' },
  recorded: { shape: 'ring', word: 'recorded', tone: 'quiet' },
  guess: { shape: 'question', word: 'guess', tone: 'choice' },
};

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  client: 'client',
  server: 'server',
  clientServer: 'client and server',
  none: 'neither calls nor is called',
};
