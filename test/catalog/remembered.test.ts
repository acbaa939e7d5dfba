import { expect, test } from 'vitest'
import { Remembered } from '../../src/catalog/remembered.ts'

function reader(known: number[]) {
  const asked: number[][] = []
  let answer = () => {}
  let gate = Promise.resolve()
  return {
    asked,
    hold: () => {
      gate = new Promise((open) => {
        answer = open
      })
    },
    release: () => answer(),
    read: async (ids: readonly number[]) => {
      asked.push([...ids])
      await gate
      return ids.filter((id) => known.includes(id)).map((id) => ({ id }))
    },
  }
}

test('a thousand who ask for the same in the same moment read it once', async () => {
  const source = reader([1, 2])
  const remembered = new Remembered({ countMax: 10 }, source.read)
  source.hold()
  const all = Array.from({ length: 1_000 }, (_, n) => remembered.find(n % 2 ? [1] : [1, 2]))
  source.release()
  for (const found of await Promise.all(all)) expect(found[0]).toEqual({ id: 1 })
  expect(source.asked).toEqual([[1, 2]])
  await remembered.find([2, 1])
  expect(source.asked).toHaveLength(1)
})

test('answers come in the order of the ids, null for what is not there, which is asked for again', async () => {
  const source = reader([1, 3])
  const remembered = new Remembered({ countMax: 10 }, source.read)
  expect(await remembered.find([3, 2, 1])).toEqual([{ id: 3 }, null, { id: 1 }])
  expect(await remembered.find([2])).toEqual([null])
  expect(source.asked).toEqual([[3, 2, 1], [2]])
})

test('a reading that failed is told to everyone who waited, and tried again by the next', async () => {
  let fails = true
  const remembered = new Remembered({ countMax: 10 }, async (ids) => {
    if (fails) throw new Error('away')
    return ids.map((id) => ({ id }))
  })
  const waiting = [remembered.find([1]), remembered.find([1])]
  for (const one of waiting) await expect(one).rejects.toThrow('away')
  fails = false
  expect(await remembered.find([1])).toEqual([{ id: 1 }])
})

test('only so many are kept, the most recently used', async () => {
  const source = reader([1, 2, 3])
  const remembered = new Remembered({ countMax: 2 }, source.read)
  await remembered.find([1])
  await remembered.find([2])
  await remembered.find([1])
  await remembered.find([3])
  await remembered.find([1, 3])
  expect(source.asked).toEqual([[1], [2], [3]])
})

test('what may change is read again when it is too old', async () => {
  const source = reader([1])
  const remembered = new Remembered({ countMax: 10, msMax: 0 }, source.read)
  await remembered.find([1])
  await remembered.find([1])
  expect(source.asked).toEqual([[1], [1]])
})
