import { vi } from 'vitest';
import { splitBrainTests } from './property.ts';

vi.setConfig({ testTimeout: 900_000 });

splitBrainTests({ seed: 11, calls: 300, stops: 150 });
