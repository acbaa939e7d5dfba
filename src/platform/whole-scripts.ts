/**
 * The PostgreSQL driver adapter cuts a script at every semicolon, which breaks SQL functions and comments.
 * This factory sends a script to the server whole, as psql would, so that migrations may contain both.
 */
import { PrismaPg } from '@prisma/adapter-pg'

export class WholeScriptPg extends PrismaPg {
  override async connect() {
    const adapter = await super.connect()
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script)
    }
    return adapter
  }
}
