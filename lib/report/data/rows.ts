/** The view of a row: text, or a picture as a data URL with a text for those who can't see it. */
export type RowView = string | { readonly picture: string; readonly alt: string };

export interface ReportRow {
  /** Its position among the rows that were given. */
  readonly row: number;
  readonly view: RowView;
  /** The stage that answered it. */
  readonly stage: string;
  readonly answer: string;
  /** The full model's answer. */
  readonly full: string;
  readonly truth?: string;
}
