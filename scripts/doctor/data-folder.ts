/** Whether the folder that holds the data of the embedded servers can be written, or made. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Finding, finding, reasonOf } from './finding.ts'

const say = finding('data folder')

export function checkDataFolder(dataDir = resolve('.data')): Finding {
  const folder = existsSync(dataDir) ? dataDir : dirname(dataDir)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return say('ok', folder === dataDir ? dataDir : `${dataDir} will be made`)
  } catch (error) {
    return say(
      'failed',
      `${folder} cannot be written: ${reasonOf(error)}. If another account made it: \`sudo chown -R "$USER" ${folder}\`.`,
    )
  }
}
