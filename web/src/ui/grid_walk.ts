// Where a key leads in a grid, as in the grid pattern of WAI-ARIA. Pure.

export interface Place {
  /** `headRow` is that of the columns' names. */
  row: number;
  column: number;
}

export interface GridSize {
  rows: number;
  columns: number;
  pageRows: number;
}

export const headRow = -1;

/** Null for a key that does not walk. */
export function step(from: Place, key: string, isCtrl: boolean, size: GridSize): Place | null {
  const within = (row: number, column: number): Place => ({
    row: Math.max(headRow, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  const { row, column } = from;
  switch (key) {
    case 'ArrowDown':
      return within(isCtrl ? size.rows - 1 : row + 1, column);
    case 'ArrowUp':
      return within(isCtrl ? 0 : row - 1, column);
    case 'ArrowRight':
      return within(row, isCtrl ? size.columns - 1 : column + 1);
    case 'ArrowLeft':
      return within(row, isCtrl ? 0 : column - 1);
    case 'PageDown':
      return within(row + size.pageRows, column);
    case 'PageUp':
      return within(Math.max(0, row - size.pageRows), column);
    case 'Home':
      return within(isCtrl ? 0 : row, 0);
    case 'End':
      return within(isCtrl ? size.rows - 1 : row, size.columns - 1);
    default:
      return null;
  }
}
