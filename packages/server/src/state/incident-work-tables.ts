/** In how many minutes incidents of a severity are to be answered and closed. */
export interface ServiceLevelsTable {
  readonly severity: string;
  /** From when it was made to the first thing that a person does about it. */
  readonly answer_minutes: number;
  /** From when it was made, or opened again, to its closing. */
  readonly close_minutes: number;
  /** Null where nobody has changed the usual. */
  readonly changed_at: Date | null;
  readonly changed_by: string | null;
}

/** A way to look at a list that somebody keeps: the parameters of its address. */
export interface SavedViewsTable {
  readonly id: string;
  /** Which list: `incidents`, `alerts`. */
  readonly page: string;
  readonly name: string;
  /** The query of the page's address, without its question mark. */
  readonly address: string;
  readonly owner_id: string;
  readonly owner_name: string;
  /** Whether all see it; only its owner and admins change it. */
  readonly shared: boolean;
  readonly created_at: Date;
}

/** What the entities of alerts are called, by which their pages find them. */
export interface AlertNamesTable {
  readonly alert_id: string;
  /** Sentinel's type in lower case. */
  readonly type: string;
  /** As it is compared: in lower case, but for URLs and files. */
  readonly name: string;
  readonly label: string;
  /** Whether the entity's page is called so. */
  readonly main: boolean;
}
