/** The Node that runs this, against the one that package.json asks for. */
import { readFileSync } from 'node:fs'
import { type Finding, finding } from './finding.ts'

const say = finding('Node')

export function checkNode(version = process.versions.node): Finding {
  const asked: string = JSON.parse(readFileSync('package.json', 'utf8')).engines.node
  const majorMin = Number(/\d+/.exec(asked)?.[0])
  if (Number(version.split('.')[0]) >= majorMin) return say('ok', `${version} (${process.execPath})`)
  return say(
    'failed',
    `${version} (${process.execPath}) is older than ${majorMin}. Use \`npm run doctor\`, which takes the Node that ` +
      '`npm install` brought along; if that is missing, `npm rebuild node`.',
  )
}
