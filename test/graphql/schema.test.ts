/** The schema as a document: described throughout, refusals in one shape, and printed as committed. */
import { spawnSync } from 'node:child_process'
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/graphql/index.ts'

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
const builtIn = ['Boolean', 'Float', 'ID', 'Int', 'String']

test('every type, field, argument and enum value is described', () => {
  const missing: string[] = []
  const check = (path: string, { description }: { description?: string | null | undefined }) => {
    if (!description?.trim()) missing.push(path)
  }
  for (const type of types) {
    if (!builtIn.includes(type.name)) check(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field)
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field)
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name}:)`, arg)
      }
    }
  }
  expect(missing).toEqual([])
})

test('every member of a mutation’s result is either its success or a Refusal with a sentence and a code', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const result = getNamedType(field.type)
    if (!isUnionType(result)) throw new Error(`${field.name} does not answer with a union`)
    const successes = result
      .getTypes()
      .filter((member) => !member.getInterfaces().some(({ name }) => name === 'Refusal'))
    expect(successes.map(({ name }) => name)).toEqual([
      `${field.name[0]?.toUpperCase()}${field.name.slice(1)}Ok`,
    ])
    for (const name of ['RateLimited', 'TryAgain']) {
      expect(result.getTypes().map((member) => member.name)).toContain(name)
    }
  }
})

test('members of one result may be asked for together: a field’s name has one type among them', () => {
  const conflicts: string[] = []
  for (const type of types) {
    if (!isUnionType(type)) continue
    const seen = new Map<string, string>()
    for (const member of type.getTypes()) {
      for (const field of Object.values(member.getFields())) {
        const known = seen.get(field.name) ?? String(field.type)
        if (known !== String(field.type)) conflicts.push(`${type.name}: ${member.name}.${field.name}`)
        seen.set(field.name, known)
      }
    }
  }
  expect(conflicts).toEqual([])
})

test('every refusal type has its own code, and every code its type', () => {
  const codes = schema.getType('RefusalCode')
  if (!isEnumType(codes)) throw new Error('RefusalCode is no enum')
  const expected = types
    .filter((type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Refusal'))
    .map(({ name }) => name.replace(/(?<=[a-z])([A-Z])/g, '_$1').toUpperCase())
  expect(
    codes
      .getValues()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(expected.sort())
})

test('the committed schema is the one the code says', () => {
  const run = spawnSync(process.execPath, ['scripts/print-schema.ts', '--check'], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
  expect(run.status).toBe(0)
})
