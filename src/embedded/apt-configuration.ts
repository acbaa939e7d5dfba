/**
 * A configuration under which apt touches nothing of the system. It starts from the system's own, which may name a
 * proxy or a mirror, and takes out the hooks, which clean the system's caches and talk to its services.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const hooks = /^(APT::Update::(Pre|Post)|DPkg::)/i

/** Null where there is no apt. */
export function aptConfiguration(folder: string): string | null {
  const asked = spawnSync('apt-config', ['dump'], { encoding: 'utf8' })
  if (asked.status !== 0) return null
  for (const part of ['lists/partial', 'cache/archives/partial', 'state', 'log']) {
    mkdirSync(join(folder, part), { recursive: true })
  }
  const kept = asked.stdout.split('\n').filter((line) => !hooks.test(line))
  const own = Object.entries({
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::State': join(folder, 'state'),
    'Dir::State::lists': join(folder, 'lists'),
    // What is installed already is neither downloaded nor unpacked.
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Log': join(folder, 'log'),
    // The locks protect folders that are not used here.
    'Debug::NoLocking': 'true',
    // The account that apt otherwise downloads under cannot enter this folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
  }).map(([name, value]) => `${name} "${value}";`)
  return [...kept, ...own, ''].join('\n')
}
