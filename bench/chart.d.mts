/** The figures of `figures.json`. */
export interface Figures {
  readonly panels: readonly {
    readonly title: string;
    readonly unit?: string;
    readonly bars: readonly { readonly name: string; readonly value: number; readonly isAtMost?: boolean }[];
  }[];
}

/** The chart as SVG. */
export function drawChart(figures: Figures): string;
