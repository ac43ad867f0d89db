export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Drawn {
  path: string;
  end: { x: number; y: number; points: 'right' | 'left' | 'down' };
}

const centreX = ({ x, width }: Box): number => Math.round(x + width / 2);
const centreY = ({ y, height }: Box): number => Math.round(y + height / 2);

/** Room for the arrow's head before the box that it points to. */
const HEAD = 7;

/** From the right side of one box to the left side of another in a column further right, through the passages between. */
export function corridor(
  source: Box,
  target: Box,
  port: { out: number; in: number },
  turns: readonly { x: number; width: number; y: number }[],
): Drawn {
  let [x, y] = [source.x + source.width, centreY(source) + port.out];
  const pieces = [`M${x} ${y}`];
  const bendTo = (toX: number, toY: number) => {
    const half = Math.round((x + toX) / 2);
    pieces.push(`C${half} ${y} ${half} ${toY} ${toX} ${toY}`);
    [x, y] = [toX, toY];
  };
  for (const turn of turns) {
    bendTo(turn.x, turn.y);
    x = turn.x + turn.width;
    pieces.push(`H${x}`);
  }
  const end = { x: target.x, y: centreY(target) + port.in };
  bendTo(end.x - HEAD, end.y);
  return { path: pieces.join(''), end: { ...end, points: 'right' } };
}

/** Out of the right side and back into it, for two boxes of one column, or one that calls itself. */
export function bulge(source: Box, target: Box, columnGap: number): Drawn {
  const x = source.x + source.width;
  const apart = Math.abs(centreY(source) - centreY(target));
  const down = centreY(target) >= centreY(source);
  const shift = Math.round(source.height / 4);
  const start = centreY(source) + (down ? shift : -shift) * (source === target ? -1 : 1);
  const endY = centreY(target) + (down ? -shift : shift) * (source === target ? -1 : 1);
  const out = Math.round(x + Math.min(columnGap * 0.8, 24 + apart / 4));
  return {
    path: `M${x} ${start}C${out} ${start} ${out} ${endY} ${x + HEAD} ${endY}`,
    end: { x, y: endY, points: 'left' },
  };
}

/** From the band below the columns up to the left side of a box in them. */
export function outOfBand(source: Box, target: Box): Drawn {
  const [x, y] = [centreX(source), source.y];
  const end = { x: target.x, y: centreY(target) };
  return {
    path: `M${x} ${y}C${x} ${y - 50} ${end.x - 50} ${end.y} ${end.x - HEAD} ${end.y}`,
    end: { ...end, points: 'right' },
  };
}

/** From the right side of a box in the columns down to the top of one in the band. */
export function intoBand(source: Box, target: Box): Drawn {
  const [x, y] = [source.x + source.width, centreY(source)];
  const end = { x: centreX(target), y: target.y };
  return {
    path: `M${x} ${y}C${x + 50} ${y} ${end.x} ${end.y - 60} ${end.x} ${end.y - HEAD}`,
    end: { ...end, points: 'down' },
  };
}

/** From top to top, for two boxes of the band, or one that calls itself. */
export function overBand(source: Box, target: Box): Drawn {
  const aside = source === target ? 12 : 0;
  const [x, y] = [centreX(source) - aside, source.y];
  const end = { x: centreX(target) + aside, y: target.y };
  return {
    path: `M${x} ${y}C${x} ${y - 24} ${end.x} ${end.y - 24 - HEAD} ${end.x} ${end.y - HEAD}`,
    end: { ...end, points: 'down' },
  };
}
