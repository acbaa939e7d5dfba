/** The words for the parts of the schema that Relay's conventions generate. */
export const relayDescriptions = {
  nodeTypeOptions: { description: 'An object that can be fetched again by its id.' },
  idFieldOptions: { description: 'Opaque global id, for `node` and for arguments of the same kind.' },
  nodeQueryOptions: {
    description: 'Fetches any object with an id again. Null when it is gone or not yours to see.',
    args: { id: { description: 'A global id from an earlier answer.' } },
  },
  pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
  hasNextPageFieldOptions: { description: 'Whether more follows after `endCursor`.', nullable: false },
  hasPreviousPageFieldOptions: { description: 'Whether more stands before `startCursor`.', nullable: false },
  startCursorFieldOptions: { description: 'Cursor of the first edge of this page.', nullable: true },
  endCursorFieldOptions: { description: 'Cursor of the last edge of this page.', nullable: true },
  pageInfoFieldOptions: { description: 'Where this page stands in the list.', nullable: false },
  edgesFieldOptions: { description: 'The entries of this page, in order.', nullable: false },
  nodeFieldOptions: { description: 'The entry itself.', nullable: false },
  cursorFieldOptions: { description: 'Marks this entry for `after` and `before`.' },
  firstArgOptions: { description: 'Page size from the front, 0 to 100. Default 20.' },
  lastArgOptions: { description: 'Page size from the back, 0 to 100. Goes with `before`.' },
  afterArgOptions: { description: 'Continue behind this cursor. Goes with `first`.' },
  beforeArgOptions: { description: 'Stop in front of this cursor. Goes with `last`.' },
  defaultConnectionTypeOptions: { description: 'One page of a list.' },
  defaultEdgeTypeOptions: { description: 'An entry of a list with its cursor.' },
} as const
