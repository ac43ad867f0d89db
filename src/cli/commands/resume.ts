import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { registerPaused } from './pause.ts';

export const register = (command: Command, cli: Cli): void =>
  registerPaused(command, cli, { paused: false, done: 'resumed', already: 'not paused' });
