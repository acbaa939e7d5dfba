/** Commands of a run: stories of one booking each, among whatever else goes on. */
import fc from 'fast-check'
import { actOut, canAct } from './act-out.ts'
import { type Act, act, callers, type Event, event, giveBack, purchase, trouble } from './acts.ts'
import { befall, canBefall } from './befall.ts'
import { glance } from './glance.ts'
import type { Model } from './model.ts'
import type { Shop } from './shop.ts'

type Command = fc.AsyncCommand<Model, Shop>

/** How often each was done. */
export const counted = new Map<string, number>()
const count = (name: string) => counted.set(name, (counted.get(name) ?? 0) + 1)

/** Acts at the same time. */
class AtOnce implements Command {
  readonly acts: Act[]
  constructor(acts: Act[]) {
    this.acts = acts
  }
  check(model: Readonly<Model>): boolean {
    return this.acts.every((each) => canAct(model, each))
  }
  async run(model: Model, shop: Shop): Promise<void> {
    for (const each of this.acts) count(each.do)
    await Promise.all(this.acts.map((each) => actOut(model, shop, each)))
    await glance(model, shop)
  }
  toString = () => JSON.stringify(this.acts)
}

class Befalls implements Command {
  readonly event: Event
  constructor(happens: Event) {
    this.event = happens
  }
  check(model: Readonly<Model>): boolean {
    return canBefall(model, this.event)
  }
  async run(model: Model, shop: Shop): Promise<void> {
    count(this.event.do)
    await befall(model, shop, this.event)
    await glance(model, shop)
  }
  toString = () => JSON.stringify(this.event)
}

const alone = (each: fc.Arbitrary<Act>) => each.map((single) => new AtOnce([single]))
const crowd = fc.array(act, { minLength: 2, maxLength: 4 })
const happening = event.map((happens) => new Befalls(happens))

const ofNewest = (each: Act): Act => ('booking' in each ? { ...each, booking: 0 } : each)
/** All of its seats by everybody at the same time. */
const rush = fc.array(giveBack, { minLength: 3, maxLength: 6 })
const step = fc.oneof(
  { weight: 1, arbitrary: rush.map((acts) => new AtOnce(acts.map(ofNewest))) },
  { weight: 3, arbitrary: alone(act.map(ofNewest)) },
  { weight: 2, arbitrary: crowd.map((acts) => new AtOnce(acts.map(ofNewest))) },
  { weight: 3, arbitrary: happening },
)

/** Trouble with a call, and somebody who makes the product call. */
const spoiled = trouble.chain((brewing) =>
  callers[brewing.call].map((each): Command[] => [new Befalls(brewing), new AtOnce([ofNewest(each)])]),
)

/** A purchase, what happens before it, and what is done with it and befalls it. */
const story = fc
  .tuple(
    fc.array(happening, { maxLength: 1 }),
    alone(purchase),
    fc.array(
      fc.oneof(
        step.map((each) => [each]),
        step.map((each) => [each]),
        spoiled,
      ),
      {
        ...{ minLength: 1, maxLength: 5 },
      },
    ),
  )
  .map(([before, buying, after]): Command[] => [...before, buying, ...after.flat()])

const anything = fc.oneof(
  alone(act),
  crowd.map((acts) => new AtOnce(acts)),
  happening,
)

export const stories = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: story }, { weight: 1, arbitrary: anything.map((each) => [each]) }),
    {
      ...{ minLength: 4, maxLength: 9, size: 'max' },
    },
  )
  .map((told): Command[] => told.flat())
