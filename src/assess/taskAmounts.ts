/** Both amounts are written in two ways, and the larger unit is 1024 of the smaller one. */
function amount(text: string | undefined, largerUnit: RegExp): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text.replace(largerUnit, '').trim());
  if (!Number.isFinite(number)) return undefined;
  return largerUnit.test(text) ? number * 1024 : number;
}

/** CPU units of `1024` and of `1 vCPU`. `undefined` for a text that is neither. */
export const cpuUnitsOf = (text: string | undefined): number | undefined => amount(text, /vcpu/i);

/** MiB of `2048` and of `2 GB`. `undefined` for a text that is neither. */
export const mebibytesOf = (text: string | undefined): number | undefined => amount(text, /gb/i);
