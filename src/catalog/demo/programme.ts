/** The demo's season: invented events, with shows on days counted from today. */
export interface DemoShow {
  /** Days from today; the past one shows how a show that is over looks. */
  day: number
  /** Local time at the venue. */
  at: [hour: number, minute: number]
}

export interface DemoEvent {
  key: string
  venue: 'theatre' | 'arena'
  title: string
  description: string
  organiser: string
  shows: DemoShow[]
  /** Percent of the venue's usual prices. */
  pricePercent: number
}

const house = 'Lanternhof Theatre'
const live = 'Meridian Live'

export const demoEvents: DemoEvent[] = [
  {
    ...{ key: 'demo-glass-orchard', venue: 'theatre', organiser: house, pricePercent: 100 },
    title: 'The Glass Orchard',
    description: 'A family sells its land, one tree at a time. A play in four seasons.',
    shows: [
      { day: 0, at: [19, 30] },
      { day: 1, at: [19, 30] },
      { day: 2, at: [15, 0] },
      { day: 2, at: [20, 0] },
    ],
  },
  {
    ...{ key: 'demo-night-ferry', venue: 'theatre', organiser: house, pricePercent: 120 },
    title: 'Night Ferry',
    description: 'A musical in one crossing, with eleven songs and a storm.',
    shows: [
      { day: 4, at: [19, 30] },
      { day: 5, at: [19, 30] },
    ],
  },
  {
    ...{ key: 'demo-quartet', venue: 'theatre', organiser: house, pricePercent: 80 },
    title: 'Aldwater Quartet: Late Beethoven',
    description: 'String quartets op. 127, 130 and 131.',
    shows: [{ day: 7, at: [20, 0] }],
  },
  {
    ...{ key: 'demo-tinder-box', venue: 'theatre', organiser: house, pricePercent: 60 },
    title: 'The Tinderbox',
    description: 'A fairy tale for everyone over five, with dogs of three sizes.',
    shows: [
      { day: 8, at: [11, 0] },
      { day: 8, at: [15, 0] },
      { day: 9, at: [11, 0] },
    ],
  },
  {
    ...{ key: 'demo-salt-roads', venue: 'theatre', organiser: house, pricePercent: 100 },
    title: 'Salt Roads',
    description: 'Dance for nine bodies and a grand piano.',
    shows: [
      { day: 12, at: [19, 30] },
      { day: 13, at: [19, 30] },
    ],
  },
  {
    ...{ key: 'demo-open-mic', venue: 'theatre', organiser: house, pricePercent: 40 },
    title: 'Stand-up at the Lanternhof',
    description: 'Six comedians, one microphone, no mercy.',
    shows: [{ day: 15, at: [21, 0] }],
  },
  {
    ...{ key: 'demo-winter-gala', venue: 'theatre', organiser: house, pricePercent: 200 },
    title: 'Winter Gala',
    description: 'Arias, toasts and a raffle for the new roof.',
    shows: [{ day: 30, at: [18, 0] }],
  },
  {
    ...{ key: 'demo-paper-lions', venue: 'arena', organiser: live, pricePercent: 100 },
    title: 'Paper Lions: Northern Lights Tour',
    description: 'The whole first album, in the round, with a standing floor.',
    shows: [
      { day: 0, at: [20, 0] },
      { day: 1, at: [20, 0] },
    ],
  },
  {
    ...{ key: 'demo-velvet-static', venue: 'arena', organiser: live, pricePercent: 130 },
    title: 'Velvet Static',
    description: 'One night only. Doors at six.',
    shows: [{ day: 6, at: [19, 30] }],
  },
  {
    ...{ key: 'demo-symphonic-games', venue: 'arena', organiser: live, pricePercent: 90 },
    title: 'Symphonic Games',
    description: 'Eighty musicians play forty years of video games.',
    shows: [
      { day: 10, at: [19, 0] },
      { day: 11, at: [14, 0] },
    ],
  },
  {
    ...{ key: 'demo-zoe-marsh', venue: 'arena', organiser: live, pricePercent: 150 },
    title: 'Zoë Marsh: Tidal',
    description: 'The farewell tour, part one.',
    shows: [
      { day: 20, at: [20, 0] },
      { day: 21, at: [20, 0] },
    ],
  },
  {
    ...{ key: 'demo-harvest-night', venue: 'arena', organiser: live, pricePercent: 70 },
    title: 'Harvest Night',
    description: 'Folk bands from nine valleys. It was lovely.',
    shows: [{ day: -2, at: [18, 0] }],
  },
]
