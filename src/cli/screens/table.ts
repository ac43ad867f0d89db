/** Columns, padded to their widest cell; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[], options: { gap?: number; indent?: number } = {}): string[] {
  const gap = ' '.repeat(options.gap ?? 3);
  const indent = ' '.repeat(options.indent ?? 0);
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, lengthOf(cell));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)),
    );
    return (indent + cells.join(gap)).trimEnd();
  });
}

/** Characters, not code units. Every shape that the screens use is one column wide. */
const lengthOf = (text: string): number => Array.from(text).length;
