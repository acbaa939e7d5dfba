/**
 * A PATH on which apt and dpkg are scripts: what they download is a package with a Redis that only knows its version.
 * With it the unpacking can be tested without a network, and on any system.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FakeApt {
  /** The version of the Redis that the package source offers. Null: the source is away. */
  offers: string | null
  /** Lines for the system's own apt configuration. */
  configuration?: string
}

export function fakeApt(folder: string, { offers, configuration = '' }: FakeApt): string {
  const scripts = {
    'apt-config': `cat <<'END'\n${configuration}\nEND`,
    'apt-get': `
      echo "$APT_CONFIG $@" >> ${folder}/asked
      [ "$2" = update ] && exit 0
      ${offers ? '' : 'echo "E: Failed to fetch: the source is away"; exit 100'}
      cp "$APT_CONFIG" ${folder}/apt.conf
      archives=$(sed -n 's/^Dir::Cache "\\(.*\\)";/\\1/p' "$APT_CONFIG")/archives
      echo half > "$archives/redis-server_5%3a${offers}-1_all.deb"`,
    dpkg: `
      mkdir -p "$3/usr/bin" "$3/usr/lib/here"
      : > "$3/usr/lib/here/liblua.so.5"
      printf '#!/bin/sh\\necho "Redis server v=${offers} libraries=$LD_LIBRARY_PATH"\\n' > "$3/usr/bin/redis-server"
      chmod 755 "$3/usr/bin/redis-server"`,
  }
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const [name, body] of Object.entries(scripts)) {
    // The scripts themselves need the usual tools; the code under test finds nothing but the scripts.
    writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`, { mode: 0o755 })
  }
  return bin
}
